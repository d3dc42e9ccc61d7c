"""Tensors read from their places in a file straight into a module's memory.

The libraries map a file, and a tensor copied out of the map costs a page fault for every page of
it, twice: that was half of the time of building a network for its weights.
"""

import ctypes
import sys
from collections.abc import Mapping
from io import FileIO
from pathlib import Path

import torch
from torch import Tensor

from archc.weights.errors import damaged, of_system
from archc.weights.stored import Stored

_TYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def takes(stored: Mapping[str, Stored], state: Mapping[str, Tensor]) -> bool:
    """Whether all of a file can be read as it is into the tensors of the same keys and shapes."""
    native = sys.byteorder == "little"  # the file's order
    return native and all(_same(one, state[key]) for key, one in stored.items())


def _same(one: Stored, tensor: Tensor) -> bool:
    plain = type(tensor) is Tensor and tensor.is_cpu and tensor.is_contiguous()
    return plain and _TYPES.get(one.dtype) is tensor.dtype and one.end - one.begin == tensor.nbytes


def read_into(path: Path, stored: Mapping[str, Stored], state: Mapping[str, Tensor]) -> None:
    """Read a file's tensors into those of the same keys, which `takes` must have allowed.

    Raises:
        CheckpointError: the file cannot be read, or ends before its tensors do.
    """
    try:
        with path.open("rb", buffering=0) as file:
            for key, one in sorted(stored.items(), key=lambda item: item[1].begin):
                file.seek(one.begin)
                _fill(file, state[key], one.end - one.begin)
    except EOFError as error:
        raise damaged(path, error) from error
    except OSError as error:
        raise of_system(path, error) from error


def _fill(file: FileIO, tensor: Tensor, size: int) -> None:
    rest = memoryview((ctypes.c_char * size).from_address(tensor.data_ptr()))
    while rest:
        read = file.readinto(rest)
        if not read:
            raise EOFError("it ends within a tensor")
        rest = rest[read:]
