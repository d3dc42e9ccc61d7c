"""The places of a file's tensors, as its header or its directory says."""

import re
from functools import cache
from typing import NamedTuple

from archc.ops.base.operator import Shape


class Stored(NamedTuple):
    """One tensor in a file, dense and little-endian.

    Args:
        dtype: its type in safetensors' words: ``F32``, ``I64``, ….
        shape: ``()`` for a scalar.
        begin: where its first byte is in the file.
        end: where the byte after its last is.
    """

    dtype: str
    shape: Shape
    begin: int
    end: int


class Places(NamedTuple):
    """The tensors of a file by key, and what was taken off its contents to get at them."""

    stored: dict[str, Stored]
    remarks: tuple[str, ...]


@cache
def bits(dtype: str) -> int:
    """Return how long a number of a type is: what its name says, a byte for BOOL."""
    found = re.match(r"[A-Z]+(\d+)", dtype)  # F32, BF16, F8_E4M3
    return int(found[1]) if found else 8
