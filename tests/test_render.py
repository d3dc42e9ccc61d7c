"""How diagnostics look: the snapshots are short, the rest is about what must hold for any text."""

import json
import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc.diagnostics import Diagnostic, Diagnostics, Label
from archc.pipeline import check
from archc.problems.base import Problem, Severity
from archc.problems.shapes import ChannelMismatch, InexactStride
from archc.problems.structure import Unused, WrongForm
from archc.render.display import crop, printable, width
from archc.render.machine import as_github, as_json
from archc.render.text import as_text, count, report
from archc.source import Source, Span

PROBLEM = WrongForm("`a`", "b", "c")


def span(source, line, column, length=1, *, end_line=None):
    return Span(source, line, column, end_line or line, column + length)


def diagnostic(text, line, column, length=1, labels=(), *, name="spec.yaml", problem=PROBLEM):
    source = Source(name, text)
    found = tuple(Label(span(source, *place), words) for *place, words in labels)
    return Diagnostic(problem, span(source, line, column, length), problem.severity, found)


def snippet(*args, columns=100, **kwargs):
    """Return how a diagnostic is shown, without its first line."""
    return as_text([diagnostic(*args, **kwargs)], columns=columns).partition("\n")[2]


def block(text):
    return dedent(text).removeprefix("\n")


def test_a_whole_diagnostic():
    text = "archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 8, kernel: 3, groups: 2}]\n"
    assert report("<string>", check(text).diagnostics) == block(
        """
        error[AR402 channel-mismatch]: 3 input channels cannot be divided into 2 groups
         --> <string>:3:39
          |
        2 | input: [3, 8, 8]
          |         ------- this outputs 3×8×8
        3 | layers: [{conv: 8, kernel: 3, groups: 2}]
          |                                       ^
          |
          = help: 3 = 2 · 1 + 1; use a divisor of 3: 1, 3

        1 error in <string>
        """
    )


def test_labels_that_are_near_share_the_snippet():
    labels = [(2, 1, 1, "one"), (5, 1, 2, "five"), (4, 3, 1, "four"), (4, 1, 1, "again")]
    assert snippet("a\nbb\nc\nddd\nee\n", 4, 1, 3, labels) == block(
        """
         --> spec.yaml:4:1
          |
        2 | bb
          | - one
        3 | c
        4 | ddd
          | ^^^
          |   - four
          | - again
        5 | ee
          | -- five
        """
    )


def test_labels_that_are_far_have_their_own():
    text = "\n".join(f"line {i}" for i in range(1, 31))
    assert snippet(text, 20, 1, 4, [(9, 6, 1, "nine"), (16, 1, 4, "near")]) == block(
        """
          --> spec.yaml:20:1
           |
        16 | line 16
           | ---- near
        ...
        20 | line 20
           | ^^^^
           |
          ::: spec.yaml:9:6
           |
         9 | line 9
           |      - nine
        """
    )


def test_a_label_in_another_file():
    found = diagnostic("a: b\n", 1, 1)
    other = Label(span(Source("-p", "a=1"), 1, 3), "given here")
    assert as_text([found._replace(labels=(other,))]).partition("\n")[2] == block(
        """
         --> spec.yaml:1:1
          |
        1 | a: b
          | ^
          |
         ::: -p:1:3
          |
        1 | a=1
          |   - given here
        """
    )


def test_a_long_way_is_abridged():
    text = "\n".join("abcdefghij")
    found = snippet(text, 1, 1, 1, [(i, 1, 1, f"label {i}") for i in range(1, 11)])
    shown = re.findall(r"label (\d+)", found)
    assert shown == ["1", "2", "3", "4", "9", "10"]
    assert "  = note: 4 steps between the last two of these are left out\n" in found


@pytest.mark.parametrize(
    ("line", "column", "length", "underline"),
    [
        ("abc", 2, 1, " ^"),
        ("abc", 2, 0, " ^"),  # a place between characters
        ("abc", 4, 1, "   ^"),  # something missing at the end
        ("abc", 4, 0, "   ^"),
        ("한국어: x", 1, 3, "^^^^^^"),
        ("한국어: x", 6, 1, "        ^"),
        ("漢字かな: x", 3, 2, "    ^^^^"),
        ("\tx: y", 2, 1, "    ^"),
        ("a\tx: y", 2, 1, " ^^^^"),
        ("e\u0301x", 3, 1, " ^"),
        ("\u1112\u1161\u11ab: x", 6, 1, "    ^"),  # 한 in three Jamo
        ("ｆｕｌｌ: x", 7, 1, "          ^"),
        ("×−…: x", 4, 1, "   ^"),
        ("a\x1bb", 2, 1, " ^"),
    ],
)
def test_carets_stand_under_what_they_mean(line, column, length, underline):
    shown = snippet(f"{line}\n", 1, column, length).splitlines()
    assert shown[-1] == f"  | {underline}"


def test_a_span_of_several_lines_is_underlined_on_its_first():
    source = Source("spec.yaml", "a: [b,  \n  c]\n")
    found = Diagnostic(PROBLEM, Span(source, 1, 4, 2, 5), Severity.ERROR)
    assert as_text([found]).splitlines()[-2:] == ["1 | a: [b,", "  |    ^^^"]


def test_a_source_without_text_shows_its_place_alone():
    assert snippet("", 1, 1) == " --> spec.yaml:1:1\n"


# Long lines


def test_a_long_line_is_cropped_around_the_carets():
    assert snippet("x" * 300 + "abc" + "y" * 300, 1, 301, 3, columns=40) == block(
        """
         --> spec.yaml:1:301
          |
        1 | …xxxxxxxxabcyyyyyyyyyyyyyyyyyyyyyyy…
          |          ^^^
        """
    )


def test_a_line_that_fits_is_not_cropped():
    line = "x" * 36
    assert f"1 | {line}\n" in snippet(line, 1, 36, columns=40)


def test_a_crop_uses_the_room_before_the_end():
    shown = snippet("x" * 300 + "abc", 1, 301, 3, columns=40).splitlines()
    assert shown[-2] == "1 | …" + "x" * 31 + "abc"
    assert shown[-1] == "  | " + " " * 32 + "^^^"


def test_a_span_wider_than_the_terminal_is_underlined_as_far_as_it_is_shown():
    shown = snippet("x" * 10_000, 1, 5000, 4000, columns=40).splitlines()
    assert width(shown[-1]) <= 40


@given(
    st.text(st.characters(exclude_characters="\n\r\x85\u2028\u2029"), max_size=80),
    st.integers(0, 90),
    st.integers(0, 90),
    st.integers(20, 60),
)
def test_a_crop_keeps_to_its_room(line, start, length, room):
    shown = crop(line, start, start + length, room)
    before, marked = shown.underline(start, start + length)
    assert width(shown.text) <= room
    assert before + marked <= room + 1
    assert marked >= 1
    assert printable(line[shown.first : shown.last]) in shown.text
    assert shown.first <= start <= shown.last or start > len(line)


# Safety


@given(st.text())
def test_nothing_unprintable_is_shown(text):
    assert printable(text).isprintable()


def test_control_characters_are_pictures():
    assert printable("\x1b[31m\x00\x7f\r") == "␛[31m␀␡␍"
    assert printable("\u202e\ud800\ufeff\x9b") == "�" * 4
    assert printable("a\tb") == "a    b"


def test_a_hostile_name_and_message_are_shown_printably():
    problem = Unused("\x1b[2J\n::error::x")
    shown = as_text([diagnostic("a\n", 1, 1, name="a\x1b]0;x\x07.yaml", problem=problem)])
    assert all(line.isprintable() for line in shown.splitlines())
    assert count("a\nb", []) == "a␊b: no errors"


# Colour


def test_colour_changes_nothing_else():
    text = "archc: 1\ninput: [3, 9, 9]\nlayers: [{conv: 8, kernel: 3, groups: 2, stride: 4}]\n"
    found = list(check(text).diagnostics)
    colored = as_text(found, color=True)
    assert "\x1b[1;31merror[AR402 channel-mismatch]\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == as_text(found)
    assert "\x1b" not in as_text(found)


# Counting


def found_with(**numbers):
    return [
        Diagnostic(PROBLEM, span(Source("a", "a"), 1, 1), Severity(name))
        for name, number in numbers.items()
        for _ in range(number)
    ]


@pytest.mark.parametrize(
    ("numbers", "line"),
    [
        ({}, "spec.yaml: no errors"),
        ({"note": 1}, "spec.yaml: no errors, 1 note"),
        ({"warning": 2, "note": 3}, "spec.yaml: no errors, 2 warnings, 3 notes"),
        ({"error": 1}, "1 error in spec.yaml"),
        ({"error": 2, "warning": 1}, "2 errors, 1 warning in spec.yaml"),
    ],
)
def test_the_last_line_counts(numbers, line):
    assert count("spec.yaml", found_with(**numbers)) == line


def test_very_many_are_not_all_shown():
    shown = as_text(found_with(error=1200))
    assert shown.count("error[") == 1000
    assert shown.endswith("\n200 more are not shown\n")


# Notes that are told as one


STRIDED = "archc: 1\ninput: [3, 64, 64]\nlayers:\n" + "".join(
    f"  l{i}: {{from: input, conv: 3, kernel: 3, stride: {2 + i % 2 * 2}}}\n" for i in range(3)
)


def test_inexact_strides_are_gathered():
    found = [d for d in check(STRIDED).diagnostics if isinstance(d.problem, InexactStride)]
    assert as_text(found) == block(
        """
        note[AR404 inexact-stride]: 3 strides do not divide evenly: sizes are rounded down, \
and no window reads the edge
         --> <string>:4:49: (64 + 2·0 − 3)/2 + 1 = 31.5, without the last row and column
         --> <string>:5:49: (64 + 2·0 − 3)/4 + 1 = 16.25, without the last row and column
         --> <string>:6:49: (64 + 2·0 − 3)/2 + 1 = 31.5, without the last row and column
          = help: `--strict` makes each an error that names settings that divide evenly
        """
    )
    assert len(json.loads(as_json([], found))["diagnostics"]) == 3


def test_a_single_note_is_reported_in_full():
    found = [d for d in check(STRIDED).diagnostics if isinstance(d.problem, InexactStride)][:1]
    assert "comes out even with" in as_text(found)


def test_inexact_strides_that_are_errors_are_reported_one_by_one():
    found = check(STRIDED, strict=True).diagnostics.errors
    assert len(found) == 3
    assert as_text(found).count("error[AR404") == 3


def test_many_notes_are_cut():
    found = [d for d in check(STRIDED).diagnostics if isinstance(d.problem, InexactStride)] * 20
    shown = as_text(found)
    assert shown.count("-->") == 20
    assert "  = note: 40 more are not shown\n" in shown


# For programs


def test_the_json_object():
    found = diagnostic("a: b\n", 1, 4, 1, [(1, 1, 1, "here")])
    assert json.loads(as_json(["spec.yaml", "b.yaml"], [found])) == {
        "version": 1,
        "files": ["spec.yaml", "b.yaml"],
        "diagnostics": [
            {
                "code": "AR203",
                "name": "wrong-form",
                "severity": "error",
                "message": "`a` must be b, not c",
                "file": "spec.yaml",
                "line": 1,
                "column": 4,
                "end_line": 1,
                "end_column": 5,
                "help": None,
                "related": [
                    {
                        "message": "here",
                        "file": "spec.yaml",
                        "line": 1,
                        "column": 1,
                        "end_line": 1,
                        "end_column": 2,
                    }
                ],
            }
        ],
    }


def test_the_json_object_of_nothing():
    assert json.loads(as_json(["a"], [])) == {"version": 1, "files": ["a"], "diagnostics": []}


def test_json_holds_whatever_a_file_is_called():
    assert json.loads(as_json(["caf\udce9"], []))["files"] == ["caf\udce9"]
    assert as_json(["caf\udce9 한"], []).isascii()


def test_github_annotations():
    error = diagnostic("a: b\n", 1, 4, problem=ChannelMismatch(None, "input channels", 64, 3))
    warning = diagnostic("a\nbc\n", 2, 1, 2, problem=Unused("the block `b`"))
    note = diagnostic("a\n", 1, 1, problem=InexactStride(None, "height", "1/2 = 0.5", 2))
    assert as_github([error, warning, note]).splitlines() == [
        "::error file=spec.yaml,line=1,endLine=1,col=4,endColumn=5,"
        "title=AR402 channel-mismatch::64 input channels cannot be divided into 3 groups",
        "::warning file=spec.yaml,line=2,endLine=2,col=1,endColumn=3,"
        "title=AR211 unused::the block `b` is never used",
        "::notice file=spec.yaml,line=1,endLine=1,col=1,endColumn=2,"
        "title=AR404 inexact-stride::height does not divide evenly: 1/2 = 0.5; "
        "no window reads the last 2 rows of the padded input",
    ]


def test_github_annotations_are_escaped():
    problem = WrongForm("50%\n", "a\r\n::error::", "b,c:d")
    found = diagnostic("a\n", 1, 1, name="a,b:c%\n.yaml", problem=problem)
    (line,) = as_github([found]).splitlines()
    assert line == (
        "::error file=a%2Cb%3Ac%25%0A.yaml,line=1,endLine=1,col=1,endColumn=2,"
        "title=AR203 wrong-form::50%25%0A must be a%0D%0A::error::, not b,c:d"
    )


# The sink


def test_a_mistake_is_collected_once_and_in_the_order_of_the_text():
    source = Source("a", "ab\n")
    diagnostics = Diagnostics()
    for column, problem in ((2, PROBLEM), (1, PROBLEM), (2, PROBLEM), (2, Unused("x"))):
        diagnostics.report(problem, span(source, 1, column))
    assert [(d.span.column, d.problem.code) for d in diagnostics] == [
        (1, "AR203"),
        (2, "AR203"),
        (2, "AR211"),
    ]
    assert len(diagnostics.errors) == 2
    assert span(source, 1, 1) in diagnostics
    assert span(source, 2, 1) not in diagnostics


def test_a_problem_is_frozen_and_compared_by_identity():
    with pytest.raises(AttributeError):
        PROBLEM.what = "x"
    assert WrongForm("a", "b", "c") != WrongForm("a", "b", "c")
    with pytest.raises(NotImplementedError):
        Problem().message()
