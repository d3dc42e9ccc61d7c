# ruff: noqa: D102 - a method means what it means at Reporter
"""Plain lines, for a pipe, a log, or a terminal that can do no more."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TextIO

from archc.render.display import printable
from archc.train.metrics import Epoch, Running
from archc.train.show.pace import Pace
from archc.train.show.reporter import Facts, Reporter
from archc.train.show.rows import best_of, duration, percent, rate, table

_EVERY = 10.0
"""Seconds between two lines within an epoch."""
_WIDTH = 88
"""Columns of a log."""
_CLASSES = 20
"""The most classes that are named when a run begins."""


class Lines(Reporter):
    """One line when a run begins, one every ten seconds, one an epoch, and a table at the end.

    Who closes the pipe, as ``| head`` does, has read enough; training goes on without a word,
    since a run is worth more than its log.

    Args:
        stream: what is written to.
        every: seconds between two lines within an epoch.
        clock: gives seconds.
    """

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
        self._listening = True

    def begin(self, facts: Facts) -> None:
        self._epochs = facts.epochs
        self._pace = Pace(facts.epochs, self._clock)
        for line in opening(facts):
            self._say(line)

    def epoch(self, number: int, steps: int) -> None:
        self._pace.epoch(number, steps)

    def step(self, done: int, running: Running, images: int, lr: float) -> None:
        self._pace.step(done, images)
        if self._clock() < self._next:
            return
        scores = running.scores()
        pace = self._pace
        self._say(
            f"epoch {pace.number}/{self._epochs} step {done}/{pace.steps}"
            f"  loss {scores.loss:.4f}  acc {percent(scores.accuracy)} %"
            f"  {rate(pace.images_per_second)} img/s  {left(pace)}"
        )

    def epoch_done(self, epoch: Epoch) -> None:
        self._pace.epoch_done()
        self._say(
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
                self._say(line)
        self._say(closing(history, ended))

    def _say(self, line: str) -> None:
        """Write a line at once; where nobody reads any more, nothing."""
        self._next = self._clock() + self._every
        if not self._listening:
            return
        try:
            encoding = self._stream.encoding or "utf-8"
            self._stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            self._stream.flush()
        except (OSError, ValueError):  # ValueError: the stream itself was closed
            self._listening = False
            _discard(self._stream)


def _width(stream: TextIO) -> int:
    """Return the columns of the terminal that `stream` is; enough for all, where it is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH


def opening(facts: Facts) -> list[str]:
    """Return what is said when a run begins: what learns where, from how much, and remarks."""
    start = len(facts.history)
    goes_on = f", going on after epoch {start}" if start else ""
    epochs = _epochs(facts.epochs)
    return [
        f"{facts.network}: {facts.parameters:,} parameters on {facts.device} ({facts.precision}), "
        f"{facts.train_samples:,} train and {facts.test_samples:,} test samples, "
        f"batches of {facts.batch_size}, {epochs}{goes_on}, in {facts.directory}",
        *_classes(facts.classes),
        *(f"note: {remark}" for remark in facts.remarks),
    ]


def _classes(names: Sequence[str]) -> list[str]:
    """Return a line with the names of the classes, the first of them where there are many."""
    if not names:
        return []
    more = f" and {len(names) - _CLASSES} more" if len(names) > _CLASSES else ""
    return [printable(f"{len(names)} classes: {', '.join(names[:_CLASSES])}{more}")]


def closing(history: Sequence[Epoch], ended: str) -> str:
    """Return the last line: how it ended, and the best epoch."""
    best = best_of(history)
    if best is None:
        return f"{ended}: no whole epoch yet"
    return (
        f"{ended} after {_epochs(len(history))}; best is epoch {best.number}: "
        f"test accuracy {percent(best.test.accuracy)} %, loss {best.test.loss:.4f}"
    )


def left(pace: Pace) -> str:
    """Return the time left of the epoch, and of the run where that is more."""
    epoch, run = pace.epoch_left, pace.run_left
    if epoch is None or run is None:
        return ""
    whole = "" if duration(run) == duration(epoch) else f", run {duration(run)}"
    return f"{duration(epoch)} left{whole}"


def _epochs(number: int) -> str:
    return "1 epoch" if number == 1 else f"{number} epochs"


def _discard(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, or Python complains about it when it exits.

    Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
