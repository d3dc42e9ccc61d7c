"""No file hangs archc, fills the memory or makes it print without end: see `hostile`.

A bound in seconds would be another on every machine. The expansion is bounded by the steps that it
counts, which are a tenth here; what is left must end within a timeout that is generous.
"""

import signal
from io import BytesIO

import pytest
from hostile import hostile

from archc.graph import budget, elaborate, expansion
from archc.pipeline import check
from archc.render.machine import as_json
from archc.render.text import report

SECONDS = 60
LETTERS = 3_000_000
CASES = hostile()
LARGE = 100_000


@pytest.fixture(autouse=True)
def bounded(monkeypatch):
    """Let an expansion take a tenth of its nodes and steps, and a test a minute."""
    for module in (budget, expansion, elaborate):
        for name in ("MAX_NODES", "MAX_STEPS"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, getattr(module, name) // 10)

    def stop(number, frame):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_there_are_enough_of_them():
    assert len(CASES) >= 91


def mark(name):
    """Mark a large file: it costs a second to read."""
    return pytest.param(name, marks=[pytest.mark.long] if len(CASES[name].text) > LARGE else [])


@pytest.mark.parametrize("name", [mark(name) for name in CASES])
def test_it_is_refused_or_read(name):
    code, text = CASES[name]
    checked = check(BytesIO(text.encode() if isinstance(text, str) else text))
    found = list(checked.diagnostics)
    codes = [one.problem.code for one in checked.diagnostics.errors]
    assert codes[:1] == [code] if code else codes in ([], ["AR210"])  # of a tenth of the nodes
    assert len(report("spec.yaml", found)) + len(as_json(["spec.yaml"], found)) < LETTERS
