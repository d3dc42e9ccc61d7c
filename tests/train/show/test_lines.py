import io
import os
import pty
import subprocess
import sys
import termios
import textwrap

import pytest
import torch

from archc.train.metrics import Running
from archc.train.show.lines import Lines


class Counting(Running):
    """Counts how often it is read."""

    reads = 0

    def scores(self):
        self.reads += 1
        return super().scores()


def running() -> Counting:
    made = Counting()
    logits = torch.eye(4)
    made.update(torch.tensor(2.0), logits, torch.tensor([0, 1, 2, 0]))
    return made


def test_a_run_is_a_few_plain_lines(facts, history, clock) -> None:
    stream = io.StringIO()
    lines = Lines(stream, clock=clock)
    lines.begin(facts)
    for epoch in history(2):
        lines.epoch(epoch.number, 2)
        for done in (1, 2):
            clock.now += 6
            lines.step(done, running(), 30 * done, 0.1)
        lines.evaluating(epoch.number)
        lines.epoch_done(epoch)
    lines.finished(history(2), "done")
    lines.close()
    shown = stream.getvalue()
    assert shown.isascii()
    assert "\x1b" not in shown
    assert "\r" not in shown
    opening, note, *rest = shown.splitlines()
    assert opening == (
        "LeNet5: 61,706 parameters on cpu (fp32), 300 training and 100 test samples, "
        "batch size 10, 3 epochs, in runs/one"
    )
    assert note == "note: a remark"
    assert rest[0] == (
        "epoch 1/3 step 2/2  loss 0.5000  acc 75.00 %  5.0 img/s  0.0s left, run 24s"
    )
    assert rest[1] == (
        "epoch 1/3  train loss 0.3333 acc 25.00 %  test loss 0.6667 acc 25.00 % top5 80.00 %"
        "  lr 0.1  40 img/s  7.5s  best"
    )
    assert rest[-1] == ("done after 2 epochs; best is epoch 2: test accuracy 50.00 %, loss 0.3333")


def test_the_sums_are_read_only_when_a_line_is_due(facts, clock) -> None:
    lines = Lines(io.StringIO(), clock=clock)
    lines.begin(facts)
    lines.epoch(1, 1000)
    sums = running()
    for done in range(1, 1001):
        clock.now += 0.1
        lines.step(done, sums, done, 0.1)
    assert 9 <= sums.reads <= 10


def test_a_run_that_goes_on_says_so(facts, history) -> None:
    stream = io.StringIO()
    Lines(stream).begin(facts._replace(history=history(2)))
    assert "resumed after epoch 2" in stream.getvalue()


@pytest.mark.parametrize("ended", ["done", "stopped early", "interrupted"])
def test_the_last_line_says_how_it_ended(ended, history) -> None:
    stream = io.StringIO()
    Lines(stream).finished(history(1), ended)
    assert stream.getvalue().startswith(f"{ended} after 1 epoch; best is epoch 1")


def test_an_interrupt_in_the_first_epoch_has_no_best() -> None:
    stream = io.StringIO()
    Lines(stream).finished([], "interrupted")
    assert stream.getvalue() == "interrupted: no epoch is complete yet\n"


def test_a_name_the_stream_cannot_write_is_escaped(facts) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Lines(stream).begin(facts._replace(network="고양이"))
    assert raw.getvalue().startswith(b"\\uace0")


def test_a_closed_stream_is_no_matter(facts, epoch) -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    stream.close()
    lines.begin(facts)
    lines.epoch_done(epoch(1))
    lines.close()


@pytest.mark.skipif(os.name == "nt", reason="pipes of its own")
def test_training_goes_on_where_nobody_reads(tmp_path) -> None:
    """As in ``archc train RECIPE | head -1``."""
    script = textwrap.dedent(
        """
        import sys
        from archc.train.metrics import Epoch, Scores
        from archc.train.show.lines import Lines
        lines, scores = Lines(sys.stdout), Scores(1.0, 0.5, 1.0, 9)
        sys.stdin.readline()
        for number in range(1, 10_000):
            lines.epoch_done(Epoch(number, scores, scores, 0.1, 1.0, 1.0, False))
        open(sys.argv[1], "w").write(str(number))
        """
    )
    done = tmp_path / "done"
    reader, writer = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", script, str(done)],
        stdin=subprocess.PIPE,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(writer)
        os.close(reader)
        _, errors = process.communicate("go\n", timeout=60)
    assert (process.returncode, errors, done.read_text()) == (0, "", "9999")


def test_the_table_fits_a_terminal_that_can_do_no_more(history) -> None:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 60))
    with os.fdopen(slave, "w") as stream:
        Lines(stream).finished(history(3), "done")
        shown = ""
        while not shown.endswith("\n") or "done after" not in shown:
            shown += os.read(master, 10_000).decode()  # which may be a part of it
    os.close(master)
    assert "epoch  train loss" in shown
    assert max(map(len, shown.splitlines()[:-1])) <= 60
