"""The places and shapes of a checkpoint's tensors, without torch where possible."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from archc.ops.base.operator import Shape
from archc.weights.archive import read_archive
from archc.weights.beginning import first_bytes, is_archive, is_safetensors
from archc.weights.header import read_header
from archc.weights.stored import Places


class Shapes(NamedTuple):
    """The shapes in a checkpoint by key, and what was taken off to get at them."""

    shapes: dict[str, Shape]
    remarks: tuple[str, ...]


def read_places(path: Path, expected: Collection[str] = ()) -> Places | None:
    """Return where the tensors of a checkpoint are; None if only torch can read it.

    Raises:
        CheckpointError: there is no such file, or it is of safetensors and damaged.
    """
    begin = first_bytes(path)
    if is_archive(begin):
        return read_archive(path, expected)
    return read_header(path, expected) if is_safetensors(begin) else None


def read_shapes(path: str | os.PathLike[str], expected: Collection[str] = ()) -> Shapes:
    """Return the shapes of a checkpoint's tensors; see `read_checkpoint`.

    Raises:
        CheckpointError: the file is none, is damaged, holds code, or holds no tensors.
    """
    places = read_places(Path(path), expected)
    if places is not None:
        return Shapes({key: one.shape for key, one in places.stored.items()}, places.remarks)
    from archc.weights.checkpoint import read_checkpoint

    tensors = read_checkpoint(path, expected)
    return Shapes({key: tuple(t.shape) for key, t in tensors.items()}, tensors.remarks)
