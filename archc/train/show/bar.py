# ruff: noqa: D102 - an event is documented at `Reporter`
"""A progress bar on a terminal, below a table of the finished epochs."""

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
from archc.train.show.base.messages import closing, opening, time_left
from archc.train.show.base.pace import Pace
from archc.train.show.base.reporter import Facts, Reporter
from archc.train.show.base.rows import Column, columns_within, header, percent, rate, row, table

_EVERY = 0.25
"""Seconds between two readings of the scores: each makes the processor wait for the device."""
_BAR = 8, 40
"""The least and the greatest width of the bar, in columns."""


class Bar(Reporter):
    """Draw a bar for the epoch with its scores so far and the time left, below finished epochs.

    The cursor stays visible at the end of the bar, so that a run that is stopped or killed leaves
    the terminal in order. There is no thread; the bar moves when steps are done.

    Args:
        stream: a terminal that can redraw a line.
        clock: returns seconds.
    """

    for_terminal = True

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._console = Console(file=stream, force_terminal=True, highlight=False, markup=False)
        self._clock = clock
        self._next_read = 0.0
        self._line = _Line()
        self._live: Live | None = None
        self._columns: Sequence[Column] = ()
        self._own = stream in (sys.stdout, sys.stderr)
        self._open = True

    def begin(self, facts: Facts) -> None:
        self._line = _Line(facts.epochs, self._clock)
        self._show(lambda: self._show_opening(facts))

    def _show_opening(self, facts: Facts) -> None:
        for line in opening(facts):
            self._console.print(line)
        if facts.history:
            self._columns = columns_within(self._console.width)
            for line in table(facts.history, self._console.width):
                self._print(line)

    def epoch(self, number: int, steps: int) -> None:
        self._line.pace.epoch(number, steps)
        self._line.done, self._line.scores, self._line.testing = 0, None, False
        self._next_read = self._clock()
        self._show(self._start)

    def step(self, done: int, running: Running, images: int, lr: float) -> None:
        line = self._line
        line.pace.step(done, images)
        if self._clock() < self._next_read or not self._open:
            return
        self._next_read = self._clock() + _EVERY
        line.done, line.scores = done, running.scores()
        self._show(self._draw)

    def evaluating(self, number: int) -> None:
        self._line.done, self._line.testing = self._line.pace.steps, True
        self._show(self._draw)

    def epoch_done(self, epoch: Epoch) -> None:
        self._line.pace.epoch_done()
        self._show(lambda: self._show_row(epoch))

    def _show_row(self, epoch: Epoch) -> None:
        columns = columns_within(self._console.width)
        if columns != self._columns:  # the first row, or another width of the terminal
            self._columns = columns
            self._print(header(columns))
        self._print(row(epoch, columns), "bold" if epoch.best else "")

    def finished(self, history: Sequence[Epoch], ended: str) -> None:
        self.close()
        self._show(lambda: self._show_closing(history, ended))

    def _show_closing(self, history: Sequence[Epoch], ended: str) -> None:
        self._console.print(closing(history, ended))

    def close(self) -> None:
        if self._live is None:
            return
        live, self._live = self._live, None
        # Stopped even if the terminal is closed: this restores sys.stdout and sys.stderr.
        self._show(live.stop)

    def _start(self) -> None:
        if self._live is not None:
            self._draw()
            return
        self._live = Live(
            self._line,
            console=self._console,
            auto_refresh=False,
            transient=True,
            # A warning that would go to this terminal is printed above the bar.
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
        """Set the console to the width of `stream`; rich would ask standard input first."""
        columns = os.environ.get("COLUMNS", "")
        if columns.isdecimal() and int(columns):
            return
        size = os.get_terminal_size(self._stream.fileno())
        if size.columns:  # 0 if the terminal does not know
            self._console.size = ConsoleDimensions(size.columns, size.lines)

    def _show(self, show: Callable[[], None]) -> None:
        """Call `show`, unless the terminal is closed: training continues without it."""
        if not self._open:
            return
        try:
            self._fit()
            show()
        except (OSError, ValueError):
            self._open = False
            self.close()


class _Line:
    """The bar, and beside it as many figures as there is room for."""

    def __init__(self, epochs: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.epochs = epochs
        self.pace = Pace(epochs, clock)
        self.done = 0
        self.scores: Scores | None = None
        self.testing = False

    def _texts(self) -> list[str]:
        """Return the texts beside the bar, the most important first."""
        if self.testing:
            return ["testing"]
        if self.scores is None:
            return []
        return [
            f"{percent(self.scores.accuracy)} %",
            time_left(self.pace),
            f"loss {self.scores.loss:.4f}",
            f"{rate(self.pace.images_per_second)} img/s",
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        title = f"epoch {self.pace.number}/{self.epochs}"
        room = options.max_width - 1 - len(title)  # the last column stays free for the cursor
        narrow, wide = _BAR
        texts: list[str] = []
        for text in self._texts():
            if room - (len(text) + 2) < narrow + 2:
                break
            texts.append(text)
            room -= len(text) + 2
        line = Table.grid(padding=(0, 2, 0, 0))
        cells: list[Text | ProgressBar] = [Text(title, no_wrap=True)]
        if room >= narrow + 2:
            steps = max(self.pace.steps, 1)
            bar_width = min(room - 2, wide)
            cells.append(ProgressBar(total=steps, completed=self.done, width=bar_width))
        cells += [Text(text, no_wrap=True) for text in texts]
        line.add_row(*cells)
        yield line
