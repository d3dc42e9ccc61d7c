"""Files that are written completely or not at all."""

import os
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` write a file beside `path`, then rename it to `path`; a link stays a link.

    A path that is not a file, such as ``/dev/stdout`` or a pipe, is written to, not replaced.

    Raises:
        OSError: it could not be written; `path` is unchanged.
    """
    if is_special(path):
        write(path)
        return
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write(beside)
        beside.replace(target)
    except OSError as error:  # of a full disk it does not name the file, or names the one beside
        if error.errno is None:
            raise
        raise type(error)(error.errno, error.strerror, str(path)) from error
    finally:
        beside.unlink(missing_ok=True)


def is_special(path: Path) -> bool:
    """Whether a path exists and is neither a file nor a folder."""
    return path.exists() and not path.is_file() and not path.is_dir()


def write_text(path: Path, text: str) -> None:
    """Write a text completely or not at all; raises as `write_whole` does."""
    write_whole(path, lambda beside: beside.write_text(text, "utf-8"))
