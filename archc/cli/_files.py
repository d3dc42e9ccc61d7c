"""Files of the user are written whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from archc import files


def write_whole(path: Path, contents: str | bytes) -> None:
    """Write beside and rename, so that a failure leaves the old file as it was.

    Raises:
        click.ClickException: the file cannot be written.
    """
    data = contents.encode() if isinstance(contents, str) else contents
    try:
        files.write_whole(path, lambda beside: beside.write_bytes(data))
    except OSError as error:
        raise _refusal(path, error) from error


def require_folder(path: Path) -> None:
    """Refuse a path whose folder is not there or not to be written to, before the work is done.

    Raises:
        click.ClickException: nothing can be written there.
    """
    if files.is_special(path):
        raise click.ClickException(f"cannot write {path}: it is no file")
    folder = Path(os.path.realpath(path)).parent
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _refusal(path, error) from error


def write_together(path: Path, write: Callable[[Path], None]) -> int:
    """Let `write` write a file, and what belongs beside it, in a folder; then put them in place.

    Returns:
        The bytes of all that was written.

    Raises:
        click.ClickException: one of them cannot be written; old files are as they were.
    """
    target = Path(os.path.realpath(path))
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise _refusal(path, error) from error
    try:
        write(folder / target.name)
        # The file itself comes last: what it refers to is there when it is.
        written = sorted(folder.iterdir(), key=lambda one: one.name == target.name)
        size = sum(one.stat().st_size for one in written)
        for one in written:
            one.replace(target.with_name(one.name))
    except OSError as error:
        raise _refusal(path, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return size


def _refusal(path: Path, error: OSError) -> click.ClickException:
    reason = (error.strerror or str(error)).lower()
    return click.ClickException(f"cannot write {path}: {reason}")
