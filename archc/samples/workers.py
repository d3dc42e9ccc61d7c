"""Worker processes of a DataLoader."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from archc.samples.samples import DataError


def ignore_signals(worker: int) -> None:
    """Make a worker ignore signals to the training process, which ends its workers itself.

    Ctrl-C and `timeout` signal a whole process group, which the worker leaves.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgrp"):  # not on Windows
        os.setpgrp()


@contextmanager
def worker_errors() -> Iterator[None]:
    """Raise DataError if a worker ends, where torch raises RuntimeError."""
    try:
        yield
    except RuntimeError as error:
        if "DataLoader worker" not in str(error):
            raise
        raise DataError("the data", str(error).splitlines()[0]) from error


def unchanged(sample: object) -> object:
    """Return a sample as it is: the `collate_fn` of a DataLoader without batches."""
    return sample
