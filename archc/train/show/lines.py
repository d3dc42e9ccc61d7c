# ruff: noqa: D102 - an event is documented at `Reporter`
"""Plain lines, for a pipe, a log, or a terminal that cannot redraw a line."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TextIO

from archc.train.metrics import Epoch, Running
from archc.train.show.base.messages import closing, opening, time_left
from archc.train.show.base.pace import Pace
from archc.train.show.base.reporter import Facts, Reporter
from archc.train.show.base.rows import duration, percent, rate, table

_EVERY = 10.0
"""Seconds between two lines within an epoch."""
_WIDTH = 88
"""Columns of a log."""


class Lines(Reporter):
    """Write a line when a run begins, every ten seconds and after each epoch, then a table.

    If the pipe is closed, as ``| head`` does, training continues in silence.

    Args:
        stream: the stream to write to.
        every: seconds between two lines within an epoch.
        clock: returns seconds.
    """

    for_terminal = False

    def __init__(
        self,
        stream: TextIO,
        *,
        every: float = _EVERY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._every = every
        self._clock = clock
        self._next = clock() + every
        self._epochs = 0
        self._pace = Pace(0, clock)
        self._open = True

    def begin(self, facts: Facts) -> None:
        self._epochs = facts.epochs
        self._pace = Pace(facts.epochs, self._clock)
        for line in opening(facts):
            self._write(line)

    def epoch(self, number: int, steps: int) -> None:
        self._pace.epoch(number, steps)

    def step(self, done: int, running: Running, images: int, lr: float) -> None:
        self._pace.step(done, images)
        if self._clock() < self._next:
            return
        scores = running.scores()
        pace = self._pace
        self._write(
            f"epoch {pace.number}/{self._epochs} step {done}/{pace.steps}"
            f"  loss {scores.loss:.4f}  acc {percent(scores.accuracy)} %"
            f"  {rate(pace.images_per_second)} img/s  {time_left(pace)}"
        )

    def epoch_done(self, epoch: Epoch) -> None:
        self._pace.epoch_done()
        self._write(
            f"epoch {epoch.number}/{self._epochs}"
            f"  train loss {epoch.train.loss:.4f} acc {percent(epoch.train.accuracy)} %"
            f"  test loss {epoch.test.loss:.4f} acc {percent(epoch.test.accuracy)} %"
            f" top5 {percent(epoch.test.top5)} %"
            f"  lr {epoch.lr:.3g}  {rate(epoch.images_per_second)} img/s"
            f"  {duration(epoch.seconds)}{'  best' if epoch.best else ''}"
        )

    def finished(self, history: Sequence[Epoch], ended: str) -> None:
        if len(history) > 1:
            for line in table(history, _width(self._stream)):
                self._write(line)
        self._write(closing(history, ended))

    def _write(self, line: str) -> None:
        """Write a line at once, unless the stream is closed."""
        self._next = self._clock() + self._every
        if not self._open:
            return
        try:
            encoding = self._stream.encoding or "utf-8"
            self._stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            self._stream.flush()
        except (OSError, ValueError):  # ValueError: the stream itself was closed
            self._open = False
            _discard(self._stream)


def _width(stream: TextIO) -> int:
    """Return the columns of a terminal, or the width of a log if `stream` is not one."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH


def _discard(stream: TextIO) -> None:
    """Discard what is still buffered, for which Python would report an error at exit.

    Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
