"""The shapes in a checkpoint, read without torch if they can be.

A safetensors file tells its shapes in its header. What ``torch.save`` wrote is torch's to read.
"""

import json
import os
import re
from collections.abc import Collection
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from archc.backends.weights.beginning import first_bytes, is_safetensors
from archc.backends.weights.errors import CheckpointError, damaged, of_system
from archc.backends.weights.wrapping import unwrap
from archc.ops.base.operator import Shape

_LARGEST_HEADER = 100_000_000  # bytes: the limit of the safetensors library


class Shapes(NamedTuple):
    """The shapes in a checkpoint by key, and what was taken off to get at them."""

    shapes: dict[str, Shape]
    remarks: tuple[str, ...]


class Stored(NamedTuple):
    """One tensor in a safetensors file: its type in the file's words, and its bytes' place."""

    dtype: str
    shape: Shape
    begin: int
    end: int


class Header(NamedTuple):
    """The tensors of a safetensors file by key, and what was taken off to get at them."""

    stored: dict[str, Stored]
    remarks: tuple[str, ...]


def read_shapes(path: str | os.PathLike[str], expected: Collection[str] = ()) -> Shapes:
    """Return the shapes of a checkpoint's tensors; see `read_checkpoint`.

    Raises:
        CheckpointError: the file is none, is damaged, holds code, or holds no tensors.
    """
    if is_safetensors(first_bytes(Path(path))):
        return _of_header(Path(path), expected)
    from archc.backends.weights.checkpoint import read_checkpoint

    tensors = read_checkpoint(path, expected)
    return Shapes({key: tuple(t.shape) for key, t in tensors.items()}, tensors.remarks)


def _of_header(path: Path, expected: Collection[str]) -> Shapes:
    stored, remarks = read_header(path, expected)
    return Shapes({key: told.shape for key, told in stored.items()}, remarks)


def read_header(path: Path, expected: Collection[str] = ()) -> Header:
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
    return Header(*unwrap(stored, expected))


def _header(path: Path) -> tuple[dict[str, Any], int, int]:
    """Return the header, where the data begins and where the file ends."""
    with path.open("rb") as file:
        begin = 8 + int.from_bytes(file.read(8), "little")
        size = path.stat().st_size
        if begin > min(size, _LARGEST_HEADER):
            raise ValueError("the header is longer than the file")
        return json.loads(file.read(begin - 8)), begin, size


def _stored(told: Any, begin: int) -> Stored:
    first, end = told["data_offsets"]
    kind, shape = str(told["dtype"]), tuple(map(int, told["shape"]))
    bits = re.match(r"[A-Z]+(\d+)", kind)  # F32, BF16, F8_E4M3; and BOOL, of one byte
    needed = prod(shape) * (int(bits[1]) if bits else 8)
    if min(first, 0, *shape) < 0 or 8 * (end - first) != needed:
        raise ValueError(f"the header's bytes {first} to {end} are no {kind} of its shape")
    return Stored(kind, shape, begin + first, begin + end)
