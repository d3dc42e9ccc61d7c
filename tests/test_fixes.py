"""A suggestion is an edit, and the edit removes the problem that it belongs to."""

import pytest
from error_pages import MADE, PAGES, WORDS, diagnose_recipe, read_page

from archc.diagnostics import Diagnostic, Diagnostics
from archc.language.overrides import Text
from archc.pipeline import check
from archc.problems.fixes import Edit, apply, respell
from archc.source import Source, Span

CODES = sorted(path.stem for path in PAGES.glob("AR*.md"))
SPECS = [code for code in CODES if code not in {*MADE, *WORDS} and not code.startswith("AR5")]

STYLES = {
    "comments": """\
archc: 1  # nput: is below
nput: [3, 32, 32]  # nput
layers:
  # kernl is not a key
  conv: {conv: 6, kernl: 3}  # kernl
  act: rellu
""",
    "quotes": """\
archc: 1
input: [3, 32, 32]
layers:
  "conv": {'conv': 6, "kernl": 3, 'padding_mod': reflect}
  act: 'rellu'
  up: {upsample: 2, mode: "bilinaer"}
  sum: {add: ["conv", 'inpt']}
""",
    "block style": """\
archc: 1
input:
  - 3
  - 32
  - 32
params:
  width: 6
blocks:
  unit:
    parms:
      kernel: 3
    layers:
      conv:
        conv: $widht
        kernel: $kernel
layers:
  first:
    unit:
    kernl: 3
  second:
    frm: first
    relu:
  third:
    from: secnd
    conv: 6
    kernel: 1
    padding: sme
outputs:
  out: thrid
""",
    "flow style": """\
{archc: 1, input: [3, 32, 32], params: {width: 6}, rounding: flor,
 defaults: {cnv: {bia: false}},
 layers: [{conv: $(2 * widht), kernel: 1, init: {kaiming_nrmal: {mode: fan_n}}}, relu]}
""",
    "branches": """\
archc: 1
input: [3, 32, 32]
branches: [relu, tanh]
join: cncat
""",
    "anchors, and letters beyond ASCII": """\
archc: 1
input: [3, 32, 32]
layers:
  é: {&k conv: 6, &n kernl: 3, "paddign": 1}  # 한국어 kernl
  ü: &what rellu
""",
    "line ends of other systems": (
        "archc: 1\r\ninput: [3, 32, 32]\r\nlayers:\r\n  act: rellu\r\n  b: {dropot: 0.5}\r\n"
    ),
}
SUGGESTIONS = dict(zip(STYLES, (3, 5, 7, 6, 1, 3, 2), strict=True))


def suggested(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    return [d for d in diagnostics if "did you mean" in (d.problem.help() or "")]


def assert_the_edit_removes(diagnostic: Diagnostic, text: str) -> None:
    """Apply the fix of one diagnostic and check again: it is gone, and no byte beside it moved."""
    fix = diagnostic.fix
    assert fix is not None, str(diagnostic)
    assert not fix.safe  # a guess
    (edit,) = fix.edits
    start, end = edit.span.offsets()
    corrected = apply(text, fix.edits)
    assert corrected[:start] == text[:start]
    assert corrected[start + len(edit.replacement) :] == text[end:]
    before = len([d for d in check(text).diagnostics if same(d, diagnostic)])
    after = len([d for d in check(corrected).diagnostics if same(d, diagnostic)])
    assert (before, after) == (1, 0), corrected


def same(one: Diagnostic, other: Diagnostic) -> bool:
    """Whether two diagnostics are of one mistake: its line may hold more of the kind after it."""
    return (one.problem.code, one.problem.message(), one.span[1:3]) == (
        other.problem.code,
        other.problem.message(),
        other.span[1:3],
    )


@pytest.mark.parametrize("code", SPECS)
def test_of_the_error_pages(code: str) -> None:
    for text in read_page(PAGES / f"{code}.md").specs:
        for diagnostic in suggested(list(check(text).diagnostics)):
            assert_the_edit_removes(diagnostic, text)


@pytest.mark.parametrize("style", STYLES)
def test_of_every_style(style: str) -> None:
    diagnostics = suggested(list(check(STYLES[style]).diagnostics))
    assert len(diagnostics) == SUGGESTIONS[style]
    for diagnostic in diagnostics:
        assert_the_edit_removes(diagnostic, STYLES[style])


def test_of_all_problems_that_suggest() -> None:
    texts = [*STYLES.values(), *(t for c in SPECS for t in read_page(PAGES / f"{c}.md").specs)]
    codes = {d.problem.code for text in texts for d in suggested(list(check(text).diagnostics))}
    assert codes == {"AR201", "AR204", "AR301", "AR303", "AR306"}


def test_all_edits_together_leave_no_suggestion() -> None:
    for text in STYLES.values():
        corrected = text
        for _ in range(9):  # a misspelling can hide another
            diagnostics = suggested(list(check(corrected).diagnostics))
            edits = [edit for d in diagnostics if d.fix for edit in d.fix.edits]
            corrected = apply(corrected, edits)
        assert suggested(list(check(corrected).diagnostics)) == [], corrected


def test_a_key_that_is_given_already_is_not_suggested() -> None:
    text = "archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 6, kernel: 3, kernl: 3}]\n"
    (diagnostic,) = check(text).diagnostics
    assert "`kernel`?" not in str(diagnostic.problem.help())
    assert diagnostic.fix is None


def test_what_comes_from_elsewhere_has_no_edit() -> None:
    text = (
        "archc: 1\ninput: [3, 8, 8]\nparams: {how: nearst}\nlayers: [{upsample: 2, mode: $how}]\n"
    )
    (diagnostic,) = check(text).diagnostics
    assert diagnostic.problem.help() == "did you mean `nearest`?"
    assert diagnostic.fix is None  # `$how` is spelt well


def test_an_escaped_word_has_no_edit() -> None:
    text = 'archc: 1\ninput: [3, 8, 8]\nlayers: ["rel\\u006cu"]\n'
    (diagnostic,) = check(text).diagnostics
    assert diagnostic.problem.help() == "did you mean `relu`?"
    assert diagnostic.fix is None


def test_of_a_parameter_on_the_command_line() -> None:
    text = "archc: 1\ninput: [3, 8, 8]\nparams: {width: 6}\nlayers: [{conv: $width, kernel: 1}]\n"
    (diagnostic,) = check(text, {"widht": Text("3")}).diagnostics
    assert diagnostic.fix is not None
    assert apply("widht=3", diagnostic.fix.edits) == "width=3"


def test_of_a_recipe() -> None:
    spec = "archc: 1\ninput: [1, 28, 28]\nlayers: [flatten, {linear: 10}]\n"
    recipe = "archc: 1\nspec: spec.yaml\ndata: {mnst: data}\noptimizer: adam\nepochs: 5\n"
    for diagnostic in suggested(diagnose_recipe(spec, recipe)):
        assert diagnostic.fix is not None
        recipe = apply(recipe, diagnostic.fix.edits)
    assert diagnose_recipe(spec, recipe) == []


def test_edits_are_applied_from_the_end() -> None:
    source = Source("x", "ab\r\ncd")
    first, last = Span(source, 1, 1, 1, 3), Span(source, 2, 2, 2, 3)
    assert apply(source.text, [Edit(first, "xyz"), Edit(last, "")]) == "xyz\r\nc"
    assert respell(last, "d", "word") == Edit(last, "word")
    assert respell(last, "other", "word") is None


def test_a_fix_is_a_fact_of_the_diagnostic() -> None:
    diagnostics = Diagnostics()
    assert list(diagnostics) == []
    (diagnostic,) = check("archc: 1\ninput: [3]\nlayers: [rellu]\n").diagnostics
    assert diagnostic.fix is not None
    assert diagnostic.fix.message == "write `relu`"
