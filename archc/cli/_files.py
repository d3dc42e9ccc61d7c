"""The user's files, written whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from archc import files


def write_whole(path: Path, contents: str | bytes) -> None:
    """Write a file beside its place and rename it, so that a failure keeps the old file.

    Raises:
        click.ClickException: the file cannot be written.
    """
    data = contents.encode() if isinstance(contents, str) else contents
    try:
        files.write_whole(path, lambda beside: beside.write_bytes(data))
    except OSError as error:
        raise _failure(path, error) from error


def require_folder(path: Path) -> None:
    """Reject a path that cannot be written, before the work is done.

    Raises:
        click.ClickException: the folder is missing or read-only, or the path is no file.
    """
    if files.is_special(path):
        raise click.ClickException(f"cannot write {path}: it is no file")
    folder = Path(os.path.realpath(path)).parent
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _failure(path, error) from error


def write_together(path: Path, write: Callable[[Path], None]) -> int:
    """Write a file, and others that belong to it, in a temporary folder; then move them in place.

    Args:
        path: where the file goes.
        write: writes the file, whose path it receives, and others beside it.

    Returns:
        The bytes of all files.

    Raises:
        click.ClickException: one of them cannot be written; the old files are kept.
    """
    target = Path(os.path.realpath(path))
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise _failure(path, error) from error
    try:
        write(folder / target.name)
        # The file itself comes last, after the files that it refers to.
        written = sorted(folder.iterdir(), key=lambda file: file.name == target.name)
        size = sum(file.stat().st_size for file in written)
        for file in written:
            file.replace(target.with_name(file.name))
    except OSError as error:
        raise _failure(path, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return size


def _failure(path: Path, error: OSError) -> click.ClickException:
    reason = (error.strerror or str(error)).lower()
    return click.ClickException(f"cannot write {path}: {reason}")
