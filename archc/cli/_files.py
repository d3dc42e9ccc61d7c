"""Files of the user are written whole or not at all."""

import os
from pathlib import Path

import click


def write_whole(path: Path, contents: str | bytes) -> None:
    """Write beside and rename, so that a failure leaves the old file as it was.

    Raises:
        click.ClickException: the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    data = contents.encode() if isinstance(contents, str) else contents
    try:
        beside.write_bytes(data)
        beside.replace(target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.ClickException(f"cannot write {path}: {reason}") from error
    finally:
        beside.unlink(missing_ok=True)
