"""A lock on a run directory: one process at a time trains in it.

The operating system's own lock, on the directory itself: it ends when its process is killed, and
leaves no file behind.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archc.train.problems import RunError

_descriptors: set[int] = set()


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Lock a directory. It is created if it does not exist, and removed again if it stays empty.

    On a file system or an operating system without such locks, nothing is locked.

    Raises:
        RunError: another process holds the lock.
        OSError: the directory cannot be created or opened.
    """
    created = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with _locked(directory):
            yield
    finally:
        if created:
            with suppress(OSError):  # it is not empty
                directory.rmdir()


if sys.platform == "win32":

    @contextmanager
    def _locked(directory: Path) -> Iterator[None]:
        yield

else:
    import fcntl

    @contextmanager
    def _locked(directory: Path) -> Iterator[None]:
        descriptor = os.open(directory, os.O_RDONLY)
        _descriptors.add(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            _release(descriptor)
            raise RunError(
                f"another process is training in {directory}: wait for it to end, or choose "
                "another directory with --out"
            ) from error
        except OSError:
            pass  # no locks here
        try:
            yield
        finally:
            _release(descriptor)

    def _release(descriptor: int) -> None:
        _descriptors.discard(descriptor)
        os.close(descriptor)

    def _release_in_child() -> None:
        # A worker that outlives a killed training process for a moment must not hold the lock.
        for descriptor in tuple(_descriptors):
            _release(descriptor)

    os.register_at_fork(after_in_child=_release_in_child)
