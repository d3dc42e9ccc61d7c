"""The header of a safetensors file, which tells its tensors' shapes and places."""

import json
from collections.abc import Collection
from math import prod
from pathlib import Path
from typing import Any

from archc.weights.errors import CheckpointError, damaged, of_system
from archc.weights.stored import Places, Stored, bits
from archc.weights.wrapping import unwrap

_LARGEST = 100_000_000  # bytes: the limit of the safetensors library


def read_header(path: Path, expected: Collection[str] = ()) -> Places:
    """Return what a safetensors file says of its tensors.

    Source: https://github.com/huggingface/safetensors#format

    Raises:
        CheckpointError: the header is damaged, is not that of so long a file, or has no tensors.
    """
    try:
        header, begin, size = _header(path)
        header.pop("__metadata__", None)
        stored = {key: _stored(told, begin) for key, told in header.items()}
    except OSError as error:
        raise of_system(path, error) from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise damaged(path, error) from error
    end = max((one.end for one in stored.values()), default=begin)
    if end != size:
        told = f"the header tells of {end - begin:,} bytes, there are {size - begin:,}"
        raise damaged(path, ValueError(told))
    if not stored:
        raise CheckpointError(path, "it holds no tensors by name")
    return Places(*unwrap(stored, expected))


def _header(path: Path) -> tuple[dict[str, Any], int, int]:
    """Return the header, where the data begins and where the file ends."""
    with path.open("rb") as file:
        begin = 8 + int.from_bytes(file.read(8), "little")
        size = path.stat().st_size
        if begin > min(size, _LARGEST):
            raise ValueError("the header is longer than the file")
        return json.loads(file.read(begin - 8)), begin, size


def _stored(told: Any, begin: int) -> Stored:
    first, end = told["data_offsets"]
    kind, shape = str(told["dtype"]), tuple(map(int, told["shape"]))
    if min(first, 0, *shape) < 0 or 8 * (end - first) != prod(shape) * bits(kind):
        raise ValueError(f"the header's bytes {first} to {end} are no {kind} of its shape")
    return Stored(kind, shape, begin + first, begin + end)
