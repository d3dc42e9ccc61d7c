"""What holds of every reporter: it shows a real run, and changes nothing of what is learned."""

import io

import pytest
from runs import assert_equal, learnt, run

from archc.train.interrupt import Interrupt
from archc.train.session import train
from archc.train.show.base.choice import REPORTERS
from archc.train.show.base.reporter import Several

every_reporter = pytest.mark.parametrize("name", REPORTERS.names())


class AfterSteps(Interrupt):
    """Wants the run to end after so many steps."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.left = steps

    @property
    def asked(self) -> bool:
        self.left -= 1
        return self.left <= 0


@pytest.fixture
def stream(monkeypatch) -> io.StringIO:
    monkeypatch.setenv("COLUMNS", "80")  # it is no terminal that has a width
    return io.StringIO()


def made(name, stream):
    kind = REPORTERS.find(name)
    return kind() if kind.for_terminal is None else kind(stream)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """Return directories of runs without reporters, by recipe, which every reporter shares."""
    return tmp_path_factory.mktemp("quiet")


@every_reporter
def test_it_takes_part_in_one_way(name) -> None:
    kind = REPORTERS.find(name)
    assert kind.writes_files != (kind.for_terminal is not None)


@every_reporter
def test_it_shows_a_run_and_changes_nothing_of_it(name, recipe, tmp_path, quiet, stream) -> None:
    whole, shown = quiet / "run", tmp_path / "run"
    one = recipe(**{"  batch_size": "512"})
    if not whole.exists():
        run(one, whole)
    reporter = made(name, stream)
    beside = {*tmp_path.iterdir(), shown}
    assert train(one, shown, reporter, device="cpu").ended == "done"
    reporter.close()
    reporter.close()
    assert_equal(learnt(shown), learnt(whole))
    more = {path.name for path in shown.iterdir()} - {path.name for path in whole.iterdir()}
    assert bool(more) == REPORTERS.find(name).writes_files
    assert bool(stream.getvalue()) != REPORTERS.find(name).writes_files
    assert {*tmp_path.iterdir()} == beside


@every_reporter
@pytest.mark.parametrize("steps", [2, 5])
def test_it_shows_a_run_that_is_interrupted_and_resumed(
    name, recipe, tmp_path, stream, steps
) -> None:
    one = recipe(**{"  batch_size": "512"})  # 3 steps an epoch
    for interrupt in (AfterSteps(steps), None):
        reporter = made(name, stream)
        train(one, tmp_path / "run", reporter, resume=True, device="cpu", interrupt=interrupt)
        reporter.close()
    assert not list((tmp_path / "run").glob(".*"))


@every_reporter
@pytest.mark.parametrize("events", [0, 1, 2, 3])
def test_it_is_closed_whenever_a_run_fails(name, facts, tmp_path, stream, events, history) -> None:
    reporter = Several([made(name, stream)])
    begin = [
        lambda: reporter.begin(facts._replace(directory=tmp_path)),
        lambda: reporter.epoch(1, 4),
        lambda: reporter.epoch_done(history(1)[0]),
    ]
    for event in begin[:events]:
        event()
    reporter.close()
    reporter.close()
    if not events:
        assert list(tmp_path.iterdir()) == []
        assert stream.getvalue() == ""
