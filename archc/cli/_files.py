"""Files of the user are written whole or not at all."""

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
        reason = (error.strerror or str(error)).lower()
        raise click.ClickException(f"cannot write {path}: {reason}") from error
