"""The text of a spec from a path, a string, an open file or a dict."""

import errno
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from archc.diagnostics import Diagnostics
from archc.problems.base import Problem
from archc.problems.reading import (
    ClosedInput,
    IsDirectory,
    NotUtf8,
    PythonSource,
    TooLarge,
    UnknownModel,
    UnreadableFile,
)
from archc.shipped import find, models, recipes, variant
from archc.source import Source, Span
from archc.syntax.runs import FILES, missing_files

SpecLike = str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, Any]

_MAX_MIB = 16  # 400,000 values with their comments
_PYTHON_SOURCE = re.compile(r"[\w./\\-]+:[A-Za-z_][\w.]*")
"""``train.py:Net``, ``package.module:Net``, ``torchvision:resnet50``."""


def open_spec(spec: SpecLike, diagnostics: Diagnostics) -> Source | None:
    """Return the text of a spec, or None after reporting why it cannot be read.

    A string with a line break in it is a spec itself. Any other is, in this order: ``-``, standard
    input; a path, if it exists; a Python source such as ``train.py:Net``, which is an error here; a
    path that is missing, if it holds a ``/`` or ends as a YAML file does; the name of a network
    or recipe that comes with archc. A dict becomes the JSON, which is YAML, that diagnostics then
    show.

    Raises:
        TypeError: `spec` is none of these, or a dict that holds more than plain data.
        ValueError: a dict that contains itself, or a float that is no number.
    """
    if isinstance(spec, Mapping):
        import json  # only a dict pays for the import

        text = json.dumps(spec, indent=2, ensure_ascii=False, allow_nan=False)
        return Source("<dict>", text)
    if isinstance(spec, str) and "\n" in spec:
        return Source("<string>", spec)
    if isinstance(spec, str):
        path = locate(spec)
        if isinstance(path, str):
            return _open_path(path, diagnostics)
        diagnostics.report(path, Source(spec, "").whole())
        return None
    if isinstance(spec, os.PathLike):
        return _open_path(os.fspath(spec), diagnostics)
    if hasattr(spec, "read"):
        return _decode(str(getattr(spec, "name", "<file>")), spec.read(_limit() + 1), diagnostics)
    raise TypeError(f"a spec is a path, a text, an open file or a dict, not {type(spec).__name__}")


def _limit() -> int:
    return _MAX_MIB * 2**20


def locate(word: str, folder: str = "") -> str | Problem:
    """Return the path that a word names, or a problem; see `open_spec`.

    Args:
        word: a path, relative to `folder`, or the name of a network that comes with archc.
        folder: empty for the working directory.
    """
    path = os.path.join(folder, word)
    if word == "-" or os.path.lexists(path):
        return path
    if _PYTHON_SOURCE.fullmatch(word):
        return PythonSource(word)
    if _is_written_as_path(word):
        return path
    if shipped := find(word):
        return _short(shipped)
    return UnknownModel(word, (*models(), *recipes(), *_yaml_files(folder)))


def variant_of(spec: SpecLike, folder: str = "") -> str | None:
    """Return the variant that a spec is by its name, if it is named as one that comes with archc.

    Args:
        spec: as for `open_spec`.
        folder: that of a word which is a path; empty for the working directory.
    """
    if not isinstance(spec, str) or "\n" in spec or _is_written_as_path(spec):
        return None
    return None if os.path.lexists(os.path.join(folder, spec)) else variant(spec)


def _short(path: Path) -> str:
    """Return a path relative to the working directory, if it lies within."""
    try:
        return os.path.relpath(path) if path.is_relative_to(os.getcwd()) else str(path)
    except OSError:  # the working directory has been removed
        return str(path)


def _is_written_as_path(word: str) -> bool:
    separated = "/" in word or os.sep in word or "\0" in word
    return separated or word.lower().endswith((".yaml", ".yml"))


def _yaml_files(folder: str) -> list[str]:
    """Return the names of the YAML files in a folder."""
    try:
        return sorted(
            name for name in os.listdir(folder or ".") if name.lower().endswith((".yaml", ".yml"))
        )
    except OSError:
        return []


def _open_path(path: str, diagnostics: Diagnostics) -> Source | None:
    name = "<stdin>" if path == "-" else path
    try:
        data = _read_standard_input() if path == "-" else _read_path(path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        diagnostics.report(_unreadable(path, error), Source(name, "").whole())
        return None
    return _decode(name, data, diagnostics)


def _unreadable(path: str, error: OSError | ValueError) -> UnreadableFile:
    if path == "-" and sys.stdin is None:
        return ClosedInput(error)
    if os.path.isdir(path):
        return IsDirectory(error, files=FILES, missing=missing_files(path))
    return UnreadableFile(error)


def _read_standard_input() -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.buffer.read(_limit() + 1)


def _read_path(path: str) -> bytes:
    with open(path, "rb", opener=_open_without_waiting) as file:
        return file.read(_limit() + 1)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a path; opening a pipe without a writer would otherwise wait forever."""
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(path, flags)
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def _decode(name: str, data: str | bytes, diagnostics: Diagnostics) -> Source | None:
    if len(data) > _limit():
        diagnostics.report(TooLarge(_MAX_MIB), Source(name, "").whole())
        return None
    if isinstance(data, str):
        return Source(name, data.removeprefix("\ufeff"))
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        source = Source(name, data[: error.start + 200].decode("utf-8", "replace"))
        before = Source("", data[: error.start].decode("utf-8-sig")).lines
        line, column = len(before), len(before[-1]) + 1
        span = Span(source, line, column, line, column + 1)
        diagnostics.report(NotUtf8(data[error.start]), span)
        return None
