import inspect

import pytest

from archc.train.metrics import Running
from archc.train.show.reporter import Reporter, Several


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
    """Return a reporter that notes all it is told."""
    names = [name for name in vars(Reporter) if not name.startswith("_")]
    methods = {name: lambda self, *told, n=name: heard.append((n, told)) for name in names}
    return type("Recorder", (Reporter,), methods)()


def test_several_hear_everything_in_order(facts, epoch) -> None:
    first: list = []
    second: list = []
    both = Several([recorder(first), recorder(second)])
    told = calls(facts, epoch)
    for name, arguments in told:
        getattr(both, name)(*arguments)
    assert first == second == told


def test_several_forward_all_there_is_to_hear() -> None:
    names = {name for name, _ in inspect.getmembers(Reporter, inspect.isfunction)}
    assert names <= set(vars(Several)) | {"__init__"}


def test_quiet_hears_everything_and_shows_nothing(facts, epoch, capsys) -> None:
    for name, arguments in calls(facts, epoch):
        getattr(Reporter(), name)(*arguments)
    assert capsys.readouterr() == ("", "")


def test_one_that_fails_to_close_keeps_none_of_the_others_open() -> None:
    class Failing(Reporter):
        def close(self) -> None:
            raise OSError("full")

    heard: list = []
    with pytest.raises(OSError, match="full"):
        Several([recorder(heard), Failing(), recorder(heard)]).close()
    assert heard == [("close", ()), ("close", ())]
