"""The header of a safetensors file, which lists its tensors' shapes and places.

The library reads it, and rejects any other file. Since it rejects holes and overlaps too, the
tensors are one behind the other, in the order of `offset_keys`.
"""

from collections.abc import Collection
from math import prod
from pathlib import Path

from safetensors import SafetensorError, safe_open

from archc.weights.errors import CheckpointError, damaged, of_system
from archc.weights.stored import Places, Stored, bits
from archc.weights.wrapping import unwrap

_BEFORE = 8  # bytes of the header's own length


def read_header(path: Path, expected: Collection[str] = ()) -> Places:
    """Return what a safetensors file says of its tensors.

    Source: https://github.com/huggingface/safetensors#format

    Raises:
        CheckpointError: the library rejects the file, or it has no tensors.
    """
    try:
        with path.open("rb") as file:
            begin = _BEFORE + int.from_bytes(file.read(_BEFORE), "little")
        stored = _stored(path, begin)
    except OSError as error:
        raise of_system(path, error) from error
    except SafetensorError as error:
        raise damaged(path, error) from error
    if not stored:
        raise CheckpointError(path, "it holds no tensors by name")
    return Places(*unwrap(stored, expected))


def _stored(path: Path, begin: int) -> dict[str, Stored]:
    """Return the tensors of a file whose data begins there."""
    stored: dict[str, Stored] = {}
    # numpy's name: the library imports what it is named, and torch takes long.
    with safe_open(path, framework="numpy") as file:
        for key in file.offset_keys():
            tensor = file.get_slice(key)
            kind, shape = tensor.get_dtype(), tuple(tensor.get_shape())
            end = begin + prod(shape) * bits(kind) // 8
            stored[key] = Stored(kind, shape, begin, end)
            begin = end
    return stored
