"""Files that are whole or not there at all."""

import os
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` write a file beside `path`, then put it in its place.

    Raises:
        OSError: it could not be written; what stood at `path` is as it was.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text, whole or not at all; raises as `write_whole` does."""
    write_whole(path, lambda beside: beside.write_text(text, "utf-8"))
