import importlib
import io

import pytest

from archc.train.show.base import choice
from archc.train.show.base.choice import REPORTERS, chosen
from archc.train.show.base.reporter import Reporter


def run(reporter, facts, history) -> None:
    reporter.begin(facts)
    for epoch in history(2):
        reporter.epoch(epoch.number, 1)
        reporter.epoch_done(epoch)
    reporter.finished(history(2), "done")
    reporter.close()


@pytest.fixture
def facts(facts, tmp_path):
    """Return the facts of a run in a directory that is there."""
    (tmp_path / "run").mkdir()
    return facts._replace(directory=tmp_path / "run")


def names(directory) -> set[str]:
    return {path.name.split(".tfevents")[0] for path in directory.iterdir()}


def test_a_run_leaves_its_files_and_lines(facts, history) -> None:
    stream = io.StringIO()
    run(chosen(stream, facts.directory), facts, history)
    assert names(facts.directory) == {"metrics.csv", "events.out", "curves.png"}
    assert "epoch 2/3" in stream.getvalue()


def test_a_quiet_run_leaves_its_files(facts, history, capsys) -> None:
    run(chosen(None, facts.directory), facts, history)
    assert names(facts.directory) == {"metrics.csv", "events.out", "curves.png"}
    assert capsys.readouterr() == ("", "")


def test_a_process_that_is_not_the_first_leaves_and_says_nothing(
    facts, history, capsys, tmp_path
) -> None:
    run(chosen(None, None), facts, history)
    assert names(tmp_path) == {"run"}
    assert names(facts.directory) == set()
    assert capsys.readouterr() == ("", "")


def test_what_is_not_installed_costs_a_remark_and_nothing_else(facts, history, monkeypatch) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    stream = io.StringIO()
    run(chosen(stream, facts.directory), facts, history)
    notes = [line for line in stream.getvalue().splitlines() if line.startswith("note: ")]
    assert [note.split(":")[1] for note in notes] == [
        " a remark",
        " no pictures",
        " no TensorBoard events",
    ]
    assert "matplotlib is not installed (pip install " in notes[1]
    assert names(facts.directory) == {"metrics.csv"}


def test_archcs_own_reporters_are_found_by_their_files() -> None:
    assert REPORTERS.names() == ("bar", "curves", "lines", "metrics_csv", "tensorboard")
    screens = [kind.for_terminal for kind in REPORTERS if not kind.writes_files]
    assert sorted(screens) == [False, True]


THIRD = '''
from archc.train.show.base.reporter import Reporter

class Losses(Reporter):
    """Append the test loss of each epoch to ``losses.txt``."""

    writes_files = True

    def begin(self, facts):
        self._path = facts.directory / "losses.txt"

    def epoch_done(self, epoch):
        with self._path.open("a") as file:
            print(epoch.test.loss, file=file)
'''


def test_another_package_adds_a_reporter_by_an_entry_point(
    facts, history, tmp_path, monkeypatch
) -> None:
    (tmp_path / "other_losses.py").write_text(THIRD)
    info = tmp_path / "other_losses-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-losses\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{REPORTERS.group}]\nlosses = other_losses:Losses\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    run(chosen(None, facts.directory), facts, history)
    lines = (facts.directory / "losses.txt").read_text().splitlines()
    assert [float(line) for line in lines] == [epoch.test.loss for epoch in history(2)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"epoch_ended": lambda self, epoch: None}, r"defines \['epoch_ended'\]"),
        ({"epoch_done": lambda self: None}, r"epoch_done takes \['self'\], not"),
        ({"__doc__": None}, "has no docstring"),
    ],
)
def test_a_misspelt_reporter_is_rejected_at_its_definition(body, message) -> None:
    with pytest.raises(TypeError, match=message):
        type("Wrong", (Reporter,), {"__doc__": "Show a run.", **body})
