"""Wherever a spec comes from, its text: a path, a string, an open file, or a dict."""

import errno
import os
import sys
from collections.abc import Mapping
from typing import IO, Any

from archc.diagnostics import Diagnostics
from archc.problems.reading import NotUtf8, TooLarge, UnreadableFile
from archc.source import Source, Span

SpecLike = str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, Any]

_MAX_MIB = 16  # 300,000 layers written out


def open_spec(spec: SpecLike, diagnostics: Diagnostics) -> Source | None:
    """Return the text of a spec, or None after reporting why it cannot be had.

    A string with a line break in it is a spec itself, any other a path; ``-`` is standard input.
    A dict becomes the JSON, which is YAML, that diagnostics then show.

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
    if isinstance(spec, str | os.PathLike):
        return _open_path(os.fspath(spec), diagnostics)
    if hasattr(spec, "read"):
        return _decode(str(getattr(spec, "name", "<file>")), spec.read(_limit() + 1), diagnostics)
    raise TypeError(f"a spec is a path, a text, an open file or a dict, not {type(spec).__name__}")


def _limit() -> int:
    return _MAX_MIB * 2**20


def _open_path(path: str, diagnostics: Diagnostics) -> Source | None:
    name = "<stdin>" if path == "-" else path
    try:
        data = _read_standard_input() if path == "-" else _read_path(path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        diagnostics.report(UnreadableFile(reason.lower()), Source(name, "").whole())
        return None
    return _decode(name, data, diagnostics)


def _read_standard_input() -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer.read(_limit() + 1)


def _read_path(path: str) -> bytes:
    with open(path, "rb", opener=_open_without_waiting) as file:
        return file.read(_limit() + 1)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a path; to open a pipe that nobody writes to would else wait for ever."""
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
