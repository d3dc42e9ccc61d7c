import inspect

import pytest

from archc.train.metrics import Running
from archc.train.show.base.reporter import Reporter, Several


def calls(facts, epoch):
    return [
        ("begin", (facts,)),
        ("epoch", (1, 9)),
        ("step", (1, Running(), 4, 0.1)),
        ("evaluating", (1,)),
        ("epoch_done", (epoch(1),)),
        ("finished", ([epoch(1)], "done")),
        ("close", ()),
    ]


def recorder(heard: list) -> Reporter:
    """Return a reporter that notes every event."""

    class Recorder(Reporter, abstract=True):
        """Notes every event."""

    for name, _ in events():
        setattr(Recorder, name, lambda self, *event, n=name: heard.append((n, event)))
    return Recorder()


def events() -> list:
    """Return the methods that receive events, by name."""
    methods = inspect.getmembers(Reporter, inspect.isfunction)
    return [(name, method) for name, method in methods if not name.startswith("_")]


def test_several_hear_everything_in_order(facts, epoch) -> None:
    first: list = []
    second: list = []
    both = Several([recorder(first), recorder(second)])
    expected = calls(facts, epoch)
    for name, arguments in expected:
        getattr(both, name)(*arguments)
    assert first == second == expected


def test_several_forward_all_there_is_to_hear() -> None:
    assert {name for name, _ in events()} <= set(vars(Several))


def test_quiet_hears_everything_and_shows_nothing(facts, epoch, capsys) -> None:
    for name, arguments in calls(facts, epoch):
        getattr(Reporter(), name)(*arguments)
    assert capsys.readouterr() == ("", "")


def test_one_that_fails_to_close_keeps_none_of_the_others_open() -> None:
    class Failing(Reporter):
        """Fail to close."""

        def close(self) -> None:
            raise OSError("full")

    heard: list = []
    with pytest.raises(OSError, match="full"):
        Several([recorder(heard), Failing(), recorder(heard)]).close()
    assert heard == [("close", ()), ("close", ())]
