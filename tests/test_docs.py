"""What the documentation says is so: its specs are sound, its tables are the code's."""

import re
from fractions import Fraction
from math import floor
from pathlib import Path
from textwrap import indent

import pytest
from pages import PAGES, ROOT

from archc import ops
from archc.graph import budget
from archc.language import expression
from archc.language.initialisation import SCHEMES
from archc.language.names import _EMITTED
from archc.language.validate import _KEYS
from archc.language.values import INPUT_NAMES, MAX_LISTED
from archc.ops.base import kinds
from archc.pipeline import check
from archc.problems.base import Severity
from archc.syntax import opener, reader
from archc.syntax.tree import resolve

LANGUAGE = (ROOT / "docs" / "language.md").read_text("utf-8")
ROUNDING = (ROOT / "docs" / "rounding.md").read_text("utf-8")


def specs(page: Path) -> list:
    """Return the YAML blocks of a page: what stands after ```` ```yaml ````, and the text."""
    text = page.read_text("utf-8")
    blocks = re.finditer(r"^```yaml *(.*)\n((?:.*\n)*?)```$", text, re.MULTILINE)
    lines = {found: text.count("\n", 0, found.start()) + 1 for found in blocks}
    return [
        pytest.param(*f.groups(), id=f"{page.relative_to(ROOT)}:{line}")
        for f, line in lines.items()
    ]


BLOCKS = [block for page in PAGES for block in specs(page)]


@pytest.mark.parametrize(("kind", "text"), BLOCKS)
def test_every_spec_is_sound(kind, text):
    """A `fragment` is layers; a `wrong CODE` is layers that give just this error."""
    whole = text if not kind else f"archc: 1\ninput: [3, 32, 32]\nlayers:\n{indent(text, '  ')}"
    found = [d for d in check(whole + "\n").diagnostics if d.severity is not Severity.NOTE]
    expected = [kind.removeprefix("wrong ")] if kind.startswith("wrong ") else []
    assert [d.problem.code for d in found] == expected, "\n".join(map(str, found))


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the first table after a heading, without its own two lines."""
    after = text[text.index(f"\n{heading}\n") :].splitlines()
    start = next(i for i, line in enumerate(after) if line.startswith("|"))
    table = []
    for line in after[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


OPERATORS = {row[0].strip("`"): row[1:] for row in rows(LANGUAGE, "## Operators")}


def told_settings(cell: str) -> dict[str, str | None]:
    """Return the settings in a cell: the text of the default, or None where required."""
    required = dict.fromkeys(re.findall(r"\*\*`(\w+)`\*\*", cell))
    return {**required, **dict(re.findall(r"`(\w+):\s*([^`]*)`", cell))}


def test_the_operators_are_all_there():
    assert sorted(OPERATORS) == sorted(ops.names())


@pytest.mark.parametrize("name", ops.names())
def test_an_operators_settings(name):
    operator = ops.find(name)
    own, others, gives = OPERATORS[name]
    assert gives
    told = {**told_settings(own), **told_settings(others)}
    assert sorted(told) == sorted(operator.kinds)
    assert list(told_settings(own)) == [operator.principal] * (operator.principal is not None)
    assert (own == "a list of nodes") is operator.joins
    for setting, text in told.items():
        assert (text is None) is (setting in operator.required), setting
        if text is not None:
            value = resolve(text)
            stated = value if value is None else operator.accept(setting, value)
            assert stated == getattr(operator, setting), setting
        for word in words(operator.kinds[setting]):
            assert word in others, word


def words(kind: kinds.ValueKind) -> tuple[str, ...]:
    if isinstance(kind, kinds.Either):
        return tuple(word for inner in kind.kinds for word in words(inner))
    return kind.words if isinstance(kind, kinds.OneOf) else ()


def test_the_keys_of_a_file():
    told = [row[0].strip("`") for row in rows(LANGUAGE, "## The file")]
    assert sorted(told) == sorted({*_KEYS} - {"branches", "join"})


def test_the_schemes_of_init():
    told = {}
    for names, settings, _ in rows(LANGUAGE, "## Initialisation"):
        for name in re.findall(r"`(\w+)`", names):
            told[name] = settings
    assert sorted(told) == sorted(SCHEMES)
    for name, scheme in SCHEMES.items():
        outside = re.sub(r"\(.*?\)", "", told[name])
        assert re.findall(r"`(\w+)`", outside) == list(scheme.settings), name
        assert tuple(re.findall(r"\*\*`(\w+)`\*\*", told[name])) == scheme.required
        for kind in scheme.settings.values():
            assert all(f"`{word}`" in told[name] for word in words(kind))


def test_the_reserved_names():
    section = LANGUAGE[LANGUAGE.index("\n## Names\n") : LANGUAGE.index("\n## Limits\n")]
    for name in (*_EMITTED, *INPUT_NAMES):
        assert f"`{name}`" in section


def test_the_limits():
    limits = dict(rows(LANGUAGE, "## Limits"))
    assert limits == {
        "bytes of a file": f"{opener._MAX_MIB} MiB",
        "nesting of YAML, and of blocks and bodies in one another": f"{reader.MAX_DEPTH} levels",
        "keys and values of a file": f"{reader.MAX_VALUES:,}",
        "entries of a list or mapping": f"{reader.MAX_ENTRIES:,}",
        "values that aliases add": f"{reader.MAX_ALIASED:,}",
        "values of a list in a setting": f"{MAX_LISTED:,}",
        "nodes after expansion": f"{budget.MAX_NODES:,}",
        "steps of the expansion: four for each node and repetition, more for a body and a use of "
        "a block, and what their formulas and lists take": f"{budget.MAX_STEPS:,}",
        "nesting inside one expression": f"{expression.MAX_DEPTH} levels",
        "a size, a count, a stride": f"{kinds.LARGEST_SIZE:,}",
        "any number": "2^63 − 1, or about 1.8e308 with a fraction",
    }
    assert expression.LARGEST == 2**63 - 1


STRICTNESSES = rows(LANGUAGE, "## Stricter than torch")


@pytest.mark.parametrize("row", STRICTNESSES, ids=[row[0] for row in STRICTNESSES])
def test_a_strictness_is_an_example_that_is_run_against_torch(row):
    _, settings, reading, _ = row
    shapes = tuple(tuple(map(int, shape.split("×"))) for shape in reading.split(", "))
    name = re.match(r"`\{(\w+):", settings)[1]
    operator = ops.find(name)
    stricter = [
        (example.settings, example.reads) for example in operator.examples if example.stricter
    ]
    assert (settings.strip("`"), shapes if operator.joins else shapes[0]) in stricter


def test_no_other_shape_is_refused_that_torch_takes():
    told = {re.match(r"`\{(\w+):", settings)[1] for _, settings, _, _ in STRICTNESSES}
    told |= {"adaptive_max_pool"} if "adaptive_avg_pool" in told else set()
    for name in ops.names():
        examples = ops.find(name).examples
        if any(e.stricter and e.code.startswith("AR4") for e in examples):
            assert name in told


# docs/rounding.md

RULE = re.compile(r"\((.+)\)/(\d+) \+ 1 = (\S+)")


def computed(arithmetic: str) -> tuple[Fraction, str]:
    """Return what the left side comes to, and what is said that it does."""
    room, stride, said = RULE.fullmatch(arithmetic).groups()
    assert re.fullmatch(r"[\d ()+−·]+", room)
    value = eval(room.replace("·", "*").replace("−", "-"))  # digits and signs alone
    return Fraction(value, int(stride)) + 1, said.replace("−", "-")


WORKED = rows(ROUNDING, "## Worked numbers")
CEILED = rows(ROUNDING, "## `ceil_mode`")


@pytest.mark.parametrize("row", WORKED, ids=[f"{row[0]} {row[1]}" for row in WORKED])
def test_worked_numbers(row):
    layer, size, arithmetic, gives, unread = row
    exact, said = computed(arithmetic)
    assert float(exact) == pytest.approx(float(said), rel=1e-3)
    assert floor(exact) == int(gives.replace("−", "-").removesuffix(", error"))

    text = f"archc: 1\ninput: [4, {size}, {size}]\nlayers: [{layer.strip('`')}]"
    checked = check(text)
    (node,) = checked.network.nodes
    problems = [found.problem for found in checked.diagnostics]
    if gives.endswith("error"):
        assert [problem.code for problem in problems] == ["AR403"]
        assert problems[0].arithmetic == arithmetic
        return
    assert node.shape[1:] == (int(gives), int(gives))
    assert [problem.code for problem in problems] == ["AR404"] * (unread != "0")
    for problem in problems:
        assert problem.arithmetic == arithmetic
        assert problem.lost == int(unread)


@pytest.mark.parametrize("row", CEILED, ids=[f"{row[0]} {row[1]}" for row in CEILED])
def test_ceil_mode(row):
    layer, size, floored, ceiled, _ = row
    for mode, gives in (("false", floored), ("true", ceiled)):
        inner = layer.strip("`{}")
        text = f"archc: 1\ninput: [4, {size}, {size}]\nlayers: [{{{inner}, ceil_mode: {mode}}}]"
        (node,) = check(text).sound.nodes
        assert node.shape[1:] == (int(gives), int(gives))


def test_what_would_come_out_even():
    text = "archc: 1\ninput: [3, 224, 224]\nlayers: [{conv: 64, kernel: 7, stride: 2, padding: 3}]"
    (found,) = check(text).diagnostics
    assert found.problem.help() in ROUNDING.replace("\n", " ")


# docs/architecture.md

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_rooms_on_the_page_exist():
    told = re.findall(r"`((?:archc|tests|docs|specs)/[\w./]*)`", ARCHITECTURE)
    assert told
    for path in told:
        assert path == "docs/errors/CODE.md" or (ROOT / path).exists(), path


def test_every_room_is_on_the_page():
    rooms = {path.name for path in (ROOT / "archc").iterdir() if (path / "__init__.py").exists()}
    assert [room for room in sorted(rooms) if f"`archc/{room}/`" not in ARCHITECTURE] == []


LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page):
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
