"""Training in a run directory is for one at a time.

The lock is the system's own, on the directory itself: nothing is left of it when its process is
killed, and no file stands beside those of the run.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archc.train.problems import RunError

_held: set[int] = set()


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold a directory against others; it is made where it is not there, and not kept empty.

    Where the file system or the operating system has no such locks, nothing is held.

    Raises:
        RunError: another process holds it.
        OSError: it cannot be made or opened.
    """
    made = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with _locked(directory):
            yield
    finally:
        if made:
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
        place = os.open(directory, os.O_RDONLY)
        _held.add(place)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            _let_go(place)
            raise RunError(
                f"another process trains in {directory}: let it end, or name another with --out"
            ) from error
        except OSError:
            pass  # no locks here
        try:
            yield
        finally:
            _let_go(place)

    def _let_go(place: int) -> None:
        _held.discard(place)
        os.close(place)

    def _leave_to_the_parent() -> None:
        # A worker that outlives a killed training process for a moment must not hold on.
        for place in tuple(_held):
            _let_go(place)

    os.register_at_fork(after_in_child=_leave_to_the_parent)
