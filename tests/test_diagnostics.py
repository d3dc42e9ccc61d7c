"""The sink keeps what anybody reads, and never an error less for a warning more."""

from archc.diagnostics import MOST, Diagnostics
from archc.pipeline import check
from archc.problems.base import did_you_mean
from archc.problems.known import Known
from archc.problems.structure import BadName, Unused
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
