"""No text makes archc fail: mutated specs give diagnostics, and each lies in its source."""

import re
from io import BytesIO
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from archc.pipeline import check
from archc.render.display import width
from archc.render.machine import as_github, as_json
from archc.render.text import report

SPECS = [
    path.read_text("utf-8")
    for path in sorted((Path(__file__).parents[1] / "specs").rglob("*.yaml"))
    if "recipes" not in path.parts
]
CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parent / "corpus").iterdir())]
TOKENS = re.compile(r"\w+|\$|[^\w\s]|\s+")
WORDS = sorted({token for spec in SPECS for token in TOKENS.findall(spec)})
STRANGE = [
    *("~", "true", "-1", "0", ".nan", '""', "[]", "{}", "[[1]]", "{a: 1}", "$x", "$(", "<<"),
    *("*a", "&a ", "!!int ", "? ", "- ", ": ", "#", "|", ">", "%", "@", "`", "'", '"', "---\n"),
    *("\t", "\r", "\r\n", "\x85", "\u2028", "\u2029", "\ufeff", "\0", "\x1b[2J", "\u202e", "한글"),
    *("99999999999999999999", "9223372036854775807", "1e308", "in_channels", "input", "repeat"),
]  # fmt: skip
pieces = st.sampled_from([*WORDS, *STRANGE]) | st.text(max_size=4)


def assert_well_reported(spec, name="<string>"):
    checked = check(spec)
    found = list(checked.diagnostics)
    if checked.network is None:
        assert checked.diagnostics.errors
    for diagnostic in found:
        for span in (diagnostic.span, *(label.span for label in diagnostic.labels)):
            assert_lies_in_its_source(span)
    for line in report(name, found).splitlines():
        assert line.isprintable()
    assert as_json([name], found).isascii()
    assert as_github(found).count("\n") == len(found)


def assert_lies_in_its_source(span):
    source, line, column, end_line, end_column = span
    assert 1 <= line <= end_line <= len(source.lines)
    assert (line, column) <= (end_line, end_column)
    # One beyond the end is where something is missing; the end is exclusive.
    assert 1 <= column <= len(source.line(line)) + 1
    assert 1 <= end_column <= len(source.line(end_line)) + 2


@st.composite
def mutated(draw):
    """Return a spec with a few of its tokens dropped, doubled, swapped or replaced."""
    tokens = TOKENS.findall(draw(st.sampled_from(SPECS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(tokens) - 1))
        change = draw(st.sampled_from(["replace", "drop", "double", "insert", "swap", "cut"]))
        if change == "replace":
            tokens[at] = draw(pieces)
        elif change == "drop" and len(tokens) > 1:
            del tokens[at]
        elif change == "double":
            tokens.insert(at, tokens[at])
        elif change == "insert":
            tokens.insert(at, draw(pieces))
        elif change == "swap":
            other = draw(st.integers(0, len(tokens) - 1))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif change == "cut":
            del tokens[at + 1 :]
    return "".join(tokens)


@st.composite
def mutated_lines(draw):
    """Return a spec with lines dropped, doubled, moved, or indented otherwise."""
    lines = draw(st.sampled_from(SPECS)).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["drop", "double", "move", "indent", "dedent"]))
        line = lines[at]
        if change in ("drop", "move") and len(lines) > 1:
            del lines[at]
        if change in ("double", "move"):
            lines.insert(draw(st.integers(0, len(lines))), line)
        elif change == "indent":
            lines[at] = " " * draw(st.integers(1, 8)) + line
        elif change == "dedent":
            lines[at] = line.lstrip(" ")
    return "\n".join(lines)


@settings(max_examples=300)
@given(mutated())
def test_mutated_tokens(text):
    assert_well_reported(BytesIO(text.encode("utf-8", "surrogatepass")))


@settings(max_examples=150)
@given(mutated_lines())
def test_mutated_lines(text):
    assert_well_reported(BytesIO(text.encode()))


@settings(max_examples=150)
@given(
    st.sampled_from([*(spec.encode() for spec in SPECS), *CORPUS]),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=3)), min_size=1, max_size=4),
)
def test_mutated_bytes(data, changes):
    for at, piece in changes:
        at %= len(data) + 1
        data = data[:at] + piece + data[at + len(piece) :]
    assert_well_reported(BytesIO(data))


@settings(max_examples=200)
@given(st.text() | st.lists(pieces).map("".join))
@example("\ud800\n")
@example('archc: 1\nname: "\ud800"\n')
def test_any_text(text):
    assert_well_reported(text + "\n")


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | pieces,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(pieces, inner, max_size=3),
    max_leaves=12,
)  # fmt: skip
KEYS = """
archc name input params defaults init rounding blocks layers branches join auxiliary outputs
from if repeat inline loss_weight kernel stride padding conv linear add concat relu dropout
batch_norm max_pool upsample
"""
PLACES = {
    "file": lambda k, v: {k: v},
    "block": lambda k, v: {"layers": ["b"], "blocks": {"b": {"layers": ["tanh"], k: v}}},
    "layer": lambda k, v: {"layers": [{"conv": 6, "kernel": 3, k: v}]},
    "body": lambda k, v: {"layers": {"a": "relu", "b": {"layers": ["relu"], k: v}}},
    "head": lambda k, v: {"auxiliary": {"h": {"from": "0", "relu": None, k: v}}},
    "operator": lambda k, v: {"layers": [{k: v}]},
    "argument": lambda k, v: {"layers": [{"b": v}], "blocks": {"b": {"params": {k: 3}}}},
}
keys = st.sampled_from(KEYS.split())


@settings(max_examples=500)
@given(st.sampled_from(sorted(PLACES)), keys, plain)
def test_any_value_under_any_key(place, key, value):
    whole = {"archc": 1, "input": [3, 32, 32], "layers": ["relu"], **PLACES[place](key, value)}
    assert_well_reported(whole)


@given(st.text())
def test_the_width_of_any_text_is_known(text):
    assert 0 <= width(text) <= 2 * len(text)
