"""Python's search for garbage, put off while thousands of objects are made and none is any."""

import contextlib
import gc
from collections.abc import Iterator
from threading import Lock

_lock = Lock()
_inside = 0  # threads; the search is the whole process's, and the last one out turns it on again
_was_on = False


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Put off the search for garbage, and let it be as it was when no thread asks for that."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside, _was_on
    with _lock:
        if not _inside:
            _was_on = gc.isenabled()
            gc.disable()
        _inside += 1


def _leave() -> None:
    global _inside
    with _lock:
        _inside -= 1
        if not _inside and _was_on:
            gc.enable()
