"""What a file is, by how it begins."""

from pathlib import Path

from archc.weights.errors import CheckpointError, of_system


def first_bytes(path: Path) -> bytes:
    """Return the nine bytes that identify a checkpoint's format.

    Raises:
        CheckpointError: the path is no file, is empty, or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "no regular file"
            raise CheckpointError(path, f"it is {kind}, not a checkpoint")
        with path.open("rb") as file:
            begin = file.read(9)
    except OSError as error:
        raise of_system(path, error) from error
    if not begin:
        raise CheckpointError(path, "it is empty")
    return begin


def is_safetensors(begin: bytes) -> bool:
    """Whether a file begins as safetensors do: the length of a JSON object, and the object."""
    return begin[8:9] == b"{"


def is_archive(begin: bytes) -> bool:
    """Whether a file begins as zip archives do, which ``torch.save`` writes."""
    return begin.startswith(b"PK\x03\x04")
