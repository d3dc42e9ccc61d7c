"""Processes that load images."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from archc.samples.samples import DataError


def quiet(worker: int) -> None:
    """Leave the signals to the process that trains, which ends its workers itself.

    Ctrl-C, and `timeout` and its like, signal a whole group of processes: a worker leaves it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgrp"):  # not on Windows
        os.setpgrp()


@contextmanager
def reported_workers() -> Iterator[None]:
    """Raise the end of a worker, which torch raises as a RuntimeError, as DataError."""
    try:
        yield
    except RuntimeError as error:
        if "DataLoader worker" not in str(error):
            raise
        raise DataError("the data", str(error).splitlines()[0]) from error
