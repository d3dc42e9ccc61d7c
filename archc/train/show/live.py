# ruff: noqa: D102 - a method means what it means at Reporter
"""A bar that moves, and above it a table that grows, on a terminal."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TextIO

from rich.console import Console, ConsoleDimensions, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from archc.train.metrics import Epoch, Running, Scores
from archc.train.show.lines import closing, left, opening
from archc.train.show.pace import Pace
from archc.train.show.reporter import Facts, Reporter
from archc.train.show.rows import Column, columns_within, header, percent, rate, row, table

_EVERY = 0.25
"""Seconds between two looks at the sums: each makes the processor wait for the device."""
_BAR = 8, 40
"""The narrowest bar worth drawing, and the widest."""


def can_move(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that can go back and overwrite a line."""
    try:
        return stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
    except ValueError:  # it is closed
        return False


class Bar(Reporter):
    """A bar for the epoch, its scores so far, and the time left; finished epochs stand above it.

    The cursor stays visible and at the end of the bar: a run that is stopped or killed leaves the
    terminal as it should be. There is no thread; the bar moves when steps are done.

    Args:
        stream: a terminal; `can_move` tells.
        clock: gives seconds.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._console = Console(file=stream, force_terminal=True, highlight=False, markup=False)
        self._clock = clock
        self._next = 0.0
        self._line = _Line()
        self._live: Live | None = None
        self._columns: Sequence[Column] = ()
        self._own = stream in (sys.stdout, sys.stderr)
        self._there = True

    def begin(self, facts: Facts) -> None:
        self._line = _Line(facts.epochs, self._clock)
        self._shown(lambda: self._above(facts))

    def _above(self, facts: Facts) -> None:
        for line in opening(facts):
            self._console.print(line)
        if facts.history:
            self._columns = columns_within(self._console.width)
            for line in table(facts.history, self._console.width):
                self._print(line)

    def epoch(self, number: int, steps: int) -> None:
        self._line.pace.epoch(number, steps)
        self._line.done, self._line.scores, self._line.testing = 0, None, False
        self._next = self._clock()
        self._shown(self._start)

    def step(self, done: int, running: Running, images: int, lr: float) -> None:
        line = self._line
        line.pace.step(done, images)
        if self._clock() < self._next or not self._there:
            return
        self._next = self._clock() + _EVERY
        line.done, line.scores = done, running.scores()
        self._shown(self._draw)

    def evaluating(self, number: int) -> None:
        self._line.done, self._line.testing = self._line.pace.steps, True
        self._shown(self._draw)

    def epoch_done(self, epoch: Epoch) -> None:
        self._line.pace.epoch_done()
        self._shown(lambda: self._row(epoch))

    def _row(self, epoch: Epoch) -> None:
        columns = columns_within(self._console.width)
        if columns != self._columns:  # the first row, or the terminal has another width
            self._columns = columns
            self._print(header(columns))
        self._print(row(epoch, columns), "bold" if epoch.best else "")

    def finished(self, history: Sequence[Epoch], ended: str) -> None:
        self.close()
        self._shown(lambda: self._below(history, ended))

    def _below(self, history: Sequence[Epoch], ended: str) -> None:
        self._console.print(closing(history, ended))

    def close(self) -> None:
        if self._live is None:
            return
        live, self._live = self._live, None
        # Stopped even where the terminal is gone: it gives sys.stdout and sys.stderr back.
        self._shown(live.stop)

    def _start(self) -> None:
        if self._live is not None:
            self._draw()
            return
        self._live = Live(
            self._line,
            console=self._console,
            auto_refresh=False,
            transient=True,
            # A warning printed meanwhile goes above the bar, where it would go to this terminal.
            redirect_stdout=self._own and sys.stdout.isatty(),
            redirect_stderr=self._own and sys.stderr.isatty(),
        )
        self._live.start()
        self._console.show_cursor(True)
        self._draw()

    def _draw(self) -> None:
        if self._live is not None:
            self._live.refresh()

    def _print(self, line: str, style: str = "") -> None:
        self._console.print(line, style=style, no_wrap=True, overflow="crop")

    def _fit(self) -> None:
        """Take the width that `stream` has now; rich asks standard input first."""
        given = os.environ.get("COLUMNS", "")
        if given.isdecimal() and int(given):
            return
        size = os.get_terminal_size(self._stream.fileno())
        if size.columns:  # a terminal that does not know says 0
            self._console.size = ConsoleDimensions(size.columns, size.lines)

    def _shown(self, show: Callable[[], None]) -> None:
        """Show, unless the terminal was closed: a run is worth more than its bar."""
        if not self._there:
            return
        try:
            self._fit()
            show()
        except (OSError, ValueError):
            self._there = False
            self.close()


class _Line:
    """The bar and what stands beside it, as much as there is room for."""

    def __init__(self, epochs: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.epochs = epochs
        self.pace = Pace(epochs, clock)
        self.done = 0
        self.scores: Scores | None = None
        self.testing = False

    def _parts(self) -> list[str]:
        """Return the texts beside the bar, those first that are the last to go."""
        if self.testing:
            return ["testing"]
        if self.scores is None:
            return []
        return [
            f"{percent(self.scores.accuracy)} %",
            left(self.pace),
            f"loss {self.scores.loss:.4f}",
            f"{rate(self.pace.images_per_second)} img/s",
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        title = f"epoch {self.pace.number}/{self.epochs}"
        room = options.max_width - 1 - len(title)  # the last column stays free for the cursor
        narrow, wide = _BAR
        beside: list[str] = []
        for part in self._parts():
            if room - (len(part) + 2) < narrow + 2:
                break
            beside.append(part)
            room -= len(part) + 2
        line = Table.grid(padding=(0, 2, 0, 0))
        cells: list[Text | ProgressBar] = [Text(title, no_wrap=True)]
        if room >= narrow + 2:
            steps = max(self.pace.steps, 1)
            bar_width = min(room - 2, wide)
            cells.append(ProgressBar(total=steps, completed=self.done, width=bar_width))
        cells += [Text(part, no_wrap=True) for part in beside]
        line.add_row(*cells)
        yield line
