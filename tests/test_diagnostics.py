"""The sink keeps what anybody reads, and never an error less for a warning more."""

import pytest

from archc.diagnostics import MOST, Diagnostics, Full
from archc.language.layers import LayerReader
from archc.pipeline import check
from archc.problems.base import Severity, did_you_mean
from archc.problems.known import Known
from archc.problems.reading import DuplicateKey
from archc.problems.structure import BadName, Unused
from archc.render.text import report
from archc.source import Source, Span


def test_warnings_leave_no_error_out():
    found, source = Diagnostics(), Source("spec.yaml", "")
    for i in range(MOST + 10):
        found.report(Unused("it"), Span(source, i + 1, 1, i + 1, 2))
    found.report(BadName("x", "it is"), Span(source, 1, 1, 1, 2))
    assert len(found) == MOST + 1
    assert len(found.errors) == 1
    assert not found.full


def test_the_names_that_were_known_then():
    names = {"stem": None}
    known = Known(("input",), names)
    names["later"] = None
    assert list(known) == ["input", "stem"]
    assert len(known) == 2
    assert did_you_mean("steem", known) == "did you mean `stem`?"
    assert did_you_mean("latr", known) is None


def test_every_mistake_among_thousands_has_its_suggestion():
    blocks = "".join(f"  unit_{i:04}: {{layers: [relu]}}\n" for i in range(300))
    uses = ", ".join(f"uniit_{i:04}" for i in range(300))
    text = f"archc: 1\ninput: [3, 8, 8]\nblocks:\n{blocks}layers: [{uses}]\n"
    errors = check(text).diagnostics.errors
    assert [one.problem.help() for one in errors] == [
        f"did you mean `unit_{i:04}`?" for i in range(300)
    ]


def test_a_check_stops_after_as_many_errors_as_are_kept(monkeypatch):
    looked_at = []
    node = LayerReader.node

    def counting(self, *arguments):
        looked_at.append(arguments)
        return node(self, *arguments)

    monkeypatch.setattr(LayerReader, "node", counting)
    layers = ", ".join(["covn"] * (3 * MOST))
    checked = check(f"archc: 1\ninput: [3, 8, 8]\nlayers: [{layers}]\n")
    assert len(checked.diagnostics.errors) == MOST
    assert len(looked_at) == MOST + 1
    assert checked.sound is None
    assert checked.source is not None
    text = report("spec.yaml", checked.diagnostics)
    assert text.endswith(f"\n{MOST} or more errors in spec.yaml\n")
    assert "\nat least 1000 more are not shown\n" in text


def test_only_a_collector_that_stops_stops():
    diagnostics = Diagnostics(stops=True)
    source = Source("spec.yaml", "x" * 10)
    spans = [Span(source, i, 1, i, 2) for i in range(1, MOST + 2)]
    for span in spans:
        diagnostics.report(DuplicateKey("x"), span, severity=Severity.NOTE)
    for span in spans[:-1]:
        diagnostics.report(DuplicateKey("y"), span._replace(column=5))
    diagnostics.report(DuplicateKey("y"), spans[0]._replace(column=5))  # it is known
    with pytest.raises(Full):
        diagnostics.report(DuplicateKey("y"), spans[-1])
