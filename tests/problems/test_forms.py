"""What a value must be is a fact: call sites state it, and its text is written once."""

import ast
from pathlib import Path

import pytest

from archc.ops.base import kinds
from archc.pipeline import check
from archc.problems import forms
from archc.problems.forms import (
    AnyOf,
    CallOf,
    Empty,
    InputShape,
    ListForm,
    MappingOf,
    MappingWith,
    NameOf,
    OrPair,
    RealNumber,
    TrueOrFalse,
    WholeNumber,
    Word,
    words_of,
)

ARCHC = Path(forms.__file__).parents[1]


def form_of(body: str) -> object:
    (diagnostic,) = check(f"archc: 1\ninput: [3, 8, 8]\n{body}\n").diagnostics
    return diagnostic.problem.needs


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("blocks: 3\nlayers: [relu]", MappingOf("blocks")),
        ("outputs: 3\nlayers: [relu]", MappingOf("output names", "nodes")),
        ("blocks: {b: 3}\nlayers: [b]", MappingWith("layers:")),
        ("name: [a]\nlayers: [relu]", NameOf()),
        ("layers: [relu, {from: [a], tanh: }]", NameOf("a node")),
        ("layers: [{relu: 3}]", Empty()),
        ("layers: [{batch_norm: 3}]", Empty(("eps", "momentum", "affine", "track_running_stats"))),
        ("layers: [{add: x}]", ListForm("node names", 2)),
        ("layers: [{conv: 0, kernel: 1}]", WholeNumber(1)),
        ("layers: [{conv: 4, kernel: 1, bias: 3}]", TrueOrFalse()),
        ("layers: [{dropout: 2}]", RealNumber(minimum=0, maximum=1)),
        ("rounding: up\nlayers: [relu]", Word("floor", "exact")),
        ("layers: [{conv: 4, kernel: 1, init: 3}]", CallOf("kaiming_normal")),
    ],
)
def test_a_diagnostic_has_the_form_as_a_field(body, form):
    assert form_of(body) == form


def test_the_form_of_the_input():
    (diagnostic,) = check("archc: 1\ninput: [3, 8]\nlayers: [relu]\n").diagnostics
    assert diagnostic.problem.needs == InputShape()


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (WholeNumber(1), "a whole number ≥ 1"),
        (WholeNumber(maximum=2**31 - 1), "a whole number ≤ 2,147,483,647"),
        (RealNumber(), "a number"),
        (RealNumber(above=0), "a number > 0"),
        (RealNumber(minimum=0), "a number ≥ 0"),
        (RealNumber(maximum=0), "a number ≤ 0"),
        (RealNumber(minimum=0, maximum=1), "a number from 0 to 1"),
        (RealNumber(minimum=0, maximum=0.5), "a number from 0 to 0.5"),
        (RealNumber(above=0, below=1), "a number above 0 and below 1"),
        (RealNumber(above=0, maximum=1), "a number > 0 and ≤ 1"),
        (RealNumber(minimum=0, below=1), "a number ≥ 0 and below 1"),
        (Word("a"), "`a`"),
        (Word("a", "b", "c"), "`a`, `b` or `c`"),
        (OrPair(WholeNumber(0)), "a whole number ≥ 0, or a pair of them"),
        (AnyOf(Word("same"), "a text"), "`same`, or a text"),
        (MappingOf("names", "defaults"), "a mapping of names to defaults"),
        (MappingWith("a:", "b:", "c:"), "a mapping with `a:`, `b:` and `c:`"),
        (ListForm("layers"), "a list of layers"),
        (ListForm("node names", 2), "a list of 2 or more node names"),
    ],
)
def test_the_text_of_a_form(form, text):
    assert str(form) == text


@pytest.mark.parametrize("value", [-1, 0, 0.5, 1, 2])
def test_a_kind_of_numbers_accepts_what_its_form_says(value):
    for bounds in (
        {"minimum": 0},
        {"above": 0},
        {"maximum": 1},
        {"below": 1},
        {"minimum": 0, "maximum": 1},
        {"above": 0, "below": 1},
    ):
        kind = kinds.Real(**bounds)
        assert kind.expected == RealNumber(**bounds)
        accepted = not isinstance(kind.accept(value), kinds.Unfit)
        assert accepted == RealNumber(**bounds).holds(value)


def test_words_are_found_at_any_depth():
    form = AnyOf(OrPair(Word("a", "b")), "a text", WholeNumber(1), Word("c"))
    assert list(words_of(form)) == ["a", "b", "c"]
    assert list(words_of("a text")) == []


def test_two_forms_are_equal_by_their_fields():
    assert MappingOf("blocks") == MappingOf("blocks") != MappingOf("heads")
    assert WholeNumber(1) != WholeNumber(2)
    assert {WholeNumber(1)} == {WholeNumber(1)}
    assert repr(ListForm("heads", 2)) == "ListForm(things='heads', minimum=2)"


@pytest.mark.parametrize("room", ["language", "ops", "graph", "syntax", "recipe"])
def test_no_call_site_writes_a_sentence(room):
    """`needs` is no text, and `Constraint` itself is never reported."""
    for path in (ARCHC / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            assert node.func.id != "Constraint", path
            if room == "recipe" and node.func.id == "BadValue":
                continue  # what goes together with what has no form of its own yet
            if node.func.id in ("WrongForm", "BadValue") and len(node.args) > 1:
                assert not isinstance(node.args[1], ast.Constant | ast.JoinedStr), path
