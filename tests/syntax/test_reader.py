"""What the reader refuses before the end of the file, and that it looks no further."""

import pytest

from archc.diagnostics import Diagnostics
from archc.source import Source
from archc.syntax import reader
from archc.syntax.reader import read
from archc.syntax.tree import Scalar, Sequence, resolve


@pytest.fixture
def counted(monkeypatch):
    """Return a list of the values that are located."""
    values = []
    scalar = reader._Reader._scalar

    def counting(self, event):
        values.append(event.value)
        return scalar(self, event)

    monkeypatch.setattr(reader._Reader, "_scalar", counting)
    return values


def problems(text):
    diagnostics = Diagnostics()
    assert read(Source("spec.yaml", text), diagnostics) is None
    return [(d.problem.code, d.problem.unit, d.span.line, d.span.column) for d in diagnostics]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: [1, 2, 3, 4, 5, 6, 7, 8, 9]", 1, 20),
        ("a:\n- 1\n- 2\n- 3\n- 4\n- 5\n- 6\n- 7\n", 7, 3),
        ("[[[[1, 2, 3, 4, 5, 6, 7, 8]]]]", 1, 20),
        ("{a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7}", 1, 32),
        ("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\n", 6, 1),
    ],
)
def test_a_collection_ends_at_its_limit(text, line, column, monkeypatch, counted):
    monkeypatch.setattr(reader, "MAX_ENTRIES", 5)
    assert problems(text) == [("AR110", "entries", line, column)]
    assert not {"7", "8", "9", "g"} & set(counted)


def test_a_file_ends_at_its_limit(monkeypatch, counted):
    monkeypatch.setattr(reader, "MAX_VALUES", 8)
    assert problems("[[1, 2], [3, 4], [5, 6], [7, 8]]") == [("AR110", "values", 1, 19)]
    assert counted == ["1", "2", "3", "4"]


def test_a_collection_of_as_many_as_there_may_be(monkeypatch):
    monkeypatch.setattr(reader, "MAX_ENTRIES", 3)
    tree = read(Source("spec.yaml", "[1, 2, 3]"), Diagnostics())
    assert isinstance(tree, Sequence)
    assert len(tree.items) == 3


@pytest.mark.parametrize("text", ["1", "1.0", "0x1", "true", "True", "~", "relu", "9" * 15])
def test_a_value_that_occurs_twice_is_the_same(text):
    tree = read(Source("spec.yaml", f'[{text}, {text}, "{text}"]'), Diagnostics())
    assert isinstance(tree, Sequence)
    first, second, string = tree.items
    assert isinstance(first, Scalar)
    assert isinstance(second, Scalar)
    assert isinstance(string, Scalar)
    expected = resolve(text)
    assert (type(first.value), first.value) == (type(expected), expected)
    assert (type(second.value), second.value) == (type(expected), expected)
    assert string.value == text


def test_a_number_out_of_range_is_reported_wherever_it_occurs():
    diagnostics = Diagnostics()
    read(Source("spec.yaml", "[1e999, 1e999]"), diagnostics)
    assert [d.problem.code for d in diagnostics] == ["AR111", "AR111"]
