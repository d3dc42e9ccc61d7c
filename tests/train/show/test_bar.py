import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

import pytest
import torch

from archc.train.metrics import Running
from archc.train.show.bar import Bar
from archc.train.show.base.choice import can_redraw

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A terminal of a certain width, and what was written to it."""

    def __init__(self, width: int) -> None:
        self._master, slave = pty.openpty()
        self._slave = slave
        self.resize(width)
        self.stream: TextIO = os.fdopen(slave, "w", encoding="utf-8")

    def resize(self, width: int) -> None:
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))

    def read(self) -> str:
        os.set_blocking(self._master, False)
        found = b""
        try:
            while chunk := os.read(self._master, 65536):
                found += chunk
        except BlockingIOError:
            pass
        return found.decode()

    def hang_up(self) -> None:
        os.close(self._master)
        self._master = -1

    def close(self) -> None:
        if self._master >= 0:
            os.close(self._master)
        with suppress(OSError):
            self.stream.close()


@pytest.fixture(autouse=True)
def _environment(monkeypatch) -> None:
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal(100)
    yield made
    made.close()


def running() -> Running:
    made = Running()
    made.update(torch.tensor(2.0), torch.eye(4), torch.tensor([0, 1, 2, 0]))
    return made


def one_epoch(bar: Bar, epoch, clock) -> None:
    bar.epoch(epoch.number, 4)
    for done in range(1, 5):
        clock.now += 1
        bar.step(done, running(), 10 * done, 0.1)
    bar.evaluating(epoch.number)
    bar.epoch_done(epoch)


def plain(shown: str) -> list[str]:
    """Return what was drawn, line by line, each redrawing as a line of its own."""
    return [line.rstrip() for line in re.split(r"[\r\n]+", ESCAPES.sub("", shown)) if line.strip()]


def test_a_bar_moves_and_rows_stay_above_it(terminal, facts, history, clock) -> None:
    bar = Bar(terminal.stream, clock)
    bar.begin(facts)
    for epoch in history(3):
        one_epoch(bar, epoch, clock)
    bar.finished(history(3), "done")
    lines = plain(terminal.read())
    bars = [line for line in lines if line.startswith("epoch 2/3")]
    assert any(
        "75.00 %" in line and "loss 0.5000" in line and "10 img/s" in line and "2.0s left" in line
        for line in bars
    )
    assert any(line.endswith("testing") for line in bars)
    assert sum(line.startswith("epoch  train loss") for line in lines) == 1
    assert any(line.startswith("    3 ") and line.endswith("*") for line in lines)
    assert lines[-1].startswith("done after 3 epochs; best is epoch 3")


@pytest.mark.parametrize("width", [12, 20, 40, 60, 80, 200])
def test_nothing_is_wider_than_the_terminal(width, facts, history, clock) -> None:
    terminal = Terminal(width)
    bar = Bar(terminal.stream, clock)
    bar.begin(facts)
    for epoch in history(2):
        one_epoch(bar, epoch, clock)
    bar.finished(history(2), "done")
    assert max(len(line) for line in plain(terminal.read())) <= width
    terminal.close()


def test_forty_columns_have_a_bar_the_accuracy_and_the_time(facts, history, clock) -> None:
    terminal = Terminal(40)
    bar = Bar(terminal.stream, clock)
    bar.begin(facts._replace(epochs=1))
    one_epoch(bar, history(1)[0], clock)
    assert any(
        "━━━" in line and "75.00 %" in line and "left" in line for line in plain(terminal.read())
    )
    bar.close()
    terminal.close()


def test_another_width_gets_another_table(terminal, facts, history, clock) -> None:
    bar = Bar(terminal.stream, clock)
    bar.begin(facts)
    one_epoch(bar, history(1)[0], clock)
    terminal.read()
    terminal.resize(40)
    one_epoch(bar, history(2)[1], clock)
    shown = plain(terminal.read())
    assert "epoch  test loss   acc %     time" in shown
    assert max(map(len, shown)) <= 40
    bar.close()


def test_no_color_is_kept(terminal, facts, history, clock, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    bar = Bar(terminal.stream, clock)
    bar.begin(facts)
    one_epoch(bar, history(1)[0], clock)
    bar.close()
    codes = re.findall(r"\x1b\[([0-9;]*)m", terminal.read())
    assert not [code for code in codes if re.search(r"\b(3[0-8]|4[0-8]|9\d)\b", code)]


@pytest.mark.parametrize("when", ["before", "in an epoch", "testing", "after"])
def test_an_interrupt_leaves_the_terminal_in_order(when, terminal, facts, history, clock) -> None:
    before = sys.stdout, sys.stderr
    bar = Bar(terminal.stream, clock)
    if when != "before":
        bar.begin(facts)
        bar.epoch(1, 4)
        clock.now += 1
        bar.step(1, running(), 10, 0.1)
    if when == "testing":
        bar.evaluating(1)
    if when == "after":
        bar.epoch_done(history(1)[0])
    bar.close()
    bar.close()
    shown = terminal.read()
    assert shown.rfind("\x1b[?25l") <= shown.rfind("\x1b[?25h")
    assert (sys.stdout, sys.stderr) == before
    if when != "before":
        assert shown.rstrip("\n\r").endswith("\x1b[2K") or shown.endswith("\x1b[?25h")


def test_the_cursor_is_seen_while_the_bar_moves(terminal, facts, clock) -> None:
    """So that SIGKILL and Ctrl-Z leave it seen."""
    bar = Bar(terminal.stream, clock)
    bar.begin(facts)
    bar.epoch(1, 4)
    shown = terminal.read()
    assert shown.rfind("\x1b[?25l") < shown.rfind("\x1b[?25h")
    bar.close()


def test_a_terminal_that_is_closed_is_no_matter(facts, history, clock) -> None:
    before = sys.stdout, sys.stderr
    terminal = Terminal(80)
    bar = Bar(terminal.stream, clock)
    bar.begin(facts)
    bar.epoch(1, 4)
    terminal.hang_up()
    for epoch in history(3):
        one_epoch(bar, epoch, clock)
    bar.finished(history(3), "done")
    bar.close()
    assert (sys.stdout, sys.stderr) == before
    terminal.close()


def test_a_run_that_goes_on_shows_the_epochs_before(terminal, facts, history, clock) -> None:
    bar = Bar(terminal.stream, clock)
    bar.begin(facts._replace(history=history(2)))
    one_epoch(bar, history(3)[2], clock)
    bar.close()
    lines = plain(terminal.read())
    rows = [line.split()[0] for line in lines if re.match(r" +\d+ ", line)]
    assert rows == ["1", "2", "3"]
    assert sum(line.startswith("epoch  train loss") for line in lines) == 1


def test_the_sums_are_read_four_times_a_second(terminal, facts, clock) -> None:
    reads = 0

    class Counting(Running):
        def scores(self):
            nonlocal reads
            reads += 1
            return super().scores()

    bar = Bar(terminal.stream, clock)
    bar.begin(facts)
    bar.epoch(1, 1000)
    sums = Counting()
    for done in range(1, 1001):
        clock.now += 0.01
        bar.step(done, sums, done, 0.1)
        terminal.read()
    bar.close()
    assert 35 <= reads <= 41


@pytest.mark.parametrize(
    ("term", "moves"), [("xterm", True), ("dumb", False), ("unknown", False), (None, False)]
)
def test_a_dumb_terminal_gets_lines(term, moves, terminal, monkeypatch) -> None:
    if term is None:
        monkeypatch.delenv("TERM")
    else:
        monkeypatch.setenv("TERM", term)
    assert can_redraw(terminal.stream) is moves


def test_a_pipe_and_a_closed_stream_get_lines() -> None:
    stream = io.StringIO()
    assert not can_redraw(stream)
    stream.close()
    assert not can_redraw(stream)
