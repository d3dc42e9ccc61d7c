"""What a file is, by how it begins; and the shapes in a checkpoint, without torch if they can be.

A safetensors file tells its shapes in its header. What ``torch.save`` wrote is torch's to read.
"""

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

from archc.backends.weights.errors import CheckpointError, damaged, of_system
from archc.backends.weights.wrapping import unwrap
from archc.ops.base.operator import Shape

_LARGEST_HEADER = 100_000_000  # bytes: the limit of the safetensors library


class Shapes(NamedTuple):
    """The shapes in a checkpoint by key, and what was taken off to get at them."""

    shapes: dict[str, Shape]
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


def first_bytes(path: Path) -> bytes:
    """Return the nine bytes that tell a checkpoint's format.

    Raises:
        CheckpointError: the path is no file, is empty, or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "no regular file"
            raise CheckpointError(path, f"it is {kind}, not a checkpoint")
        with path.open("rb") as file:
            begin = file.read(9)
    except OSError as error:
        raise of_system(path, error) from error
    if not begin:
        raise CheckpointError(path, "it is empty")
    return begin


def is_safetensors(begin: bytes) -> bool:
    """Whether a file begins as safetensors do: the length of a JSON object, and the object."""
    return begin[8:9] == b"{"


def _of_header(path: Path, expected: Collection[str]) -> Shapes:
    try:
        header, data = _header(path)
        header.pop("__metadata__", None)
        shapes = {key: tuple(map(int, told["shape"])) for key, told in header.items()}
        end = max((told["data_offsets"][1] for told in header.values()), default=0)
    except OSError as error:
        raise of_system(path, error) from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise damaged(path, error) from error
    if end != data:
        raise damaged(path, ValueError(f"the header tells of {end:,} bytes, there are {data:,}"))
    if not shapes:
        raise CheckpointError(path, "it holds no tensors by name")
    found, remarks = unwrap(shapes, expected)
    return Shapes(found, remarks)


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """Return the header and how many bytes of data follow it.

    Source: https://github.com/huggingface/safetensors#format
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        data = path.stat().st_size - 8 - length
        if data < 0 or length > _LARGEST_HEADER:
            raise ValueError("the header is longer than the file")
        return json.loads(file.read(length)), data
