"""Checkpoints as tensors by key: safetensors, and what ``torch.save`` writes, old and new.

Nothing in a file is executed: torch reads with ``weights_only=True``, always. Where only shapes or
places are asked for, an ordinary file is not read here at all; see `read_places` in ``opening.py``.
"""

import contextlib
import os
import pickle
import re
import threading
import warnings
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from archc.files import is_special, write_whole
from archc.weights.beginning import first_bytes, is_archive, is_safetensors
from archc.weights.errors import CheckpointError, damaged, of_system
from archc.weights.layout import data_begins
from archc.weights.wrapping import unwrap

_PICKLE = b"\x80"
_FOLDER = 0x10  # of DOS; for the numbers of one, torch gives memory that it has not written to
_SAVE_WEIGHTS = "save the weights alone: torch.save(model.state_dict(), FILE)"


class Checkpoint(dict[str, Tensor]):
    """Tensors by key; `remarks` say what was taken off the file's contents to get at them."""

    remarks: tuple[str, ...] = ()


def read_checkpoint(path: str | os.PathLike[str], expected: Collection[str] = ()) -> Checkpoint:
    """Return the tensors of a checkpoint, on the CPU.

    They may be the file itself, mapped into memory: copy what must outlive the file.

    Args:
        path: a file of safetensors, or of ``torch.save``; the contents decide, not the suffix.
        expected: the keys that are looked for; a wrapper's prefix that one of them has stays.

    Raises:
        CheckpointError: the file is none, is damaged, holds code, or holds no tensors.
    """
    contents = _contents(Path(path))
    if not isinstance(contents, Mapping):
        kind = type(contents).__name__
        raise CheckpointError(path, f"it holds a {kind}, not tensors by name", _SAVE_WEIGHTS)
    state, remarks = unwrap(contents, expected)
    found = Checkpoint({key: value for key, value in state.items() if _is_weight(key, value)})
    if not found:
        raise CheckpointError(path, "it holds no tensors by name", _SAVE_WEIGHTS)
    _check_sizes(Path(path), found)
    if others := [str(key) for key in state if key not in found]:
        shown = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        remarks += (f"passed over what is no dense tensor: {shown}",)
    found.remarks = remarks
    return found


def _is_weight(key: Any, value: Any) -> bool:
    dense = isinstance(value, Tensor) and value.layout is torch.strided and not value.is_meta
    return dense and isinstance(key, str)


def _check_sizes(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Refuse tensors that are larger than their file: a few bytes that claim to be terabytes."""
    size = path.stat().st_size
    for key, tensor in tensors.items():
        if tensor.numel() * tensor.element_size() > size:
            raise CheckpointError(path, f"`{key}` claims to be larger than the whole file")


def _contents(path: Path) -> Any:
    begin = first_bytes(path)
    try:
        if is_archive(begin):
            _check_archive(path)
            return _load(path)
        if begin.startswith(_PICKLE):
            return _load(path)
        return load_file(path)
    except pickle.UnpicklingError as error:
        raise _rejected(path, str(error)) from error
    except OSError as error:
        raise of_system(path, error) from error
    except SafetensorError as error:
        if not is_safetensors(begin):
            formats = "neither safetensors nor written by torch.save"
            raise CheckpointError(path, f"it is no checkpoint: {formats}") from error
        raise damaged(path, error) from error
    except (CheckpointError, Warning):  # a warning where the user makes errors of them
        raise
    except Exception as error:  # whatever torch's readers meet in a damaged file
        raise damaged(path, error) from error


def _check_archive(path: Path) -> None:
    """Refuse archives that torch would not write, before torch unpacks anything."""
    try:
        with path.open("rb", buffering=0) as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            data_begins(file, members, archive.start_dir)
    except Exception as error:  # whatever a damaged directory leads to
        raise damaged(path, error) from error
    names = {member.filename.partition("/")[2] for member in members}
    if "data.pkl" not in names:
        raise CheckpointError(path, "it is a zip archive, but not one of torch.save")
    if "constants.pkl" in names:
        raise CheckpointError(path, "it is a TorchScript program, not weights", _SAVE_WEIGHTS)
    if any(member.compress_type != zipfile.ZIP_STORED for member in members):
        reason = "it is a compressed archive, which torch.save never writes"
        raise CheckpointError(path, reason)
    for member in members:
        if member.external_attr & _FOLDER and member.file_size:
            raise damaged(path, ValueError(f"{member.filename} is a folder that holds numbers"))


def _load(path: Path) -> Any:
    with contextlib.ExitStack() as stack:
        if threading.active_count() == 1:  # the filters of warnings are those of every thread
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")  # on how old files store things; nothing to act on
        return torch.load(path, map_location="cpu", weights_only=True)


def _rejected(path: Path, message: str) -> CheckpointError:
    """Return the error for a pickle, with the name that it asked for where torch gives it."""
    wanted = re.search(r"GLOBAL ([\w.]+)|global ([\w.]+)", message)
    if "Unsupported operand" in message:
        return CheckpointError(path, "it is a pickle, but not one of torch.save", _SAVE_WEIGHTS)
    if wanted is None:
        return damaged(path, pickle.UnpicklingError(_reason(message)))
    name = wanted[1] or wanted[2]
    return CheckpointError(path, f"it holds code: reading it would run `{name}`", _SAVE_WEIGHTS)


def _reason(message: str) -> str:
    """Return torch's own words, without its advice to switch the safety off."""
    return message.rpartition("WeightsUnpickler error:")[2].strip().split("\n")[0] or "not a pickle"


def write_weights(
    path: str | os.PathLike[str],
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write tensors as safetensors, whole or not at all: a failure leaves the old file.

    Args:
        path: where to; a link stays one.
        tensors: by key; those that share memory are written apart.
        metadata: texts for the file's header.

    Raises:
        CheckpointError: the file cannot be written.
    """
    if Path(path).is_dir():
        raise CheckpointError(path, "cannot write it: is a directory")
    if is_special(Path(path)):  # which the library would replace by a file
        raise CheckpointError(path, "cannot write it: it is no file")
    apart = {key: _apart(tensor) for key, tensor in tensors.items()}
    notes = dict(metadata or {})
    try:
        write_whole(Path(path), lambda beside: save_file(apart, beside, notes))
    except OSError as error:
        raise of_system(path, error, "write") from error
    except SafetensorError as error:
        raise CheckpointError(path, f"cannot write it: {_system_words(str(error))}") from error


def _apart(tensor: Tensor) -> Tensor:
    """Return a tensor that owns all of its memory and nothing more, as safetensors asks for."""
    owned = tensor.detach().to("cpu").contiguous()
    whole = owned.untyped_storage().nbytes() == owned.numel() * owned.element_size()
    return owned if whole else owned.clone()


def _system_words(message: str) -> str:
    """Return what the system said, out of what the library wraps around it."""
    inner = re.search(r"(?:message: \"|: )([A-Z][\w ]+)(?:\"| \(os error)", message)
    return (inner[1] if inner else message).lower()
