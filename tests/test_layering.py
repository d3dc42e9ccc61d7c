"""Imports go one way, and what people wait for never imports torch."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "archc"

# A room imports only from those above it; the names on one line do not import each other.
ROOMS = [
    ["version", "source", "files", "shipped", "extras", "doors"],
    ["problems"],
    ["diagnostics"],
    ["render"],
    ["syntax"],
    ["ops"],
    ["language"],
    ["graph"],
    ["pipeline"],
    ["analyses"],
    ["samples"],
    ["recipe"],
    ["passes"],
    ["emit"],
    ["weights"],
    ["module"],
    ["export"],
    ["picture"],
    ["report"],
    ["measure"],
    ["architecture"],
    ["train"],
    ["cli"],
    ["__init__"],
    ["__main__"],
]
RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}
TORCH_ROOMS = (  # each a file, or a folder with all that is in it
    "archc/emit/runtime/",
    "archc/weights/",
    "archc/module/",
    "archc/export/",
    "archc/measure/",
    "archc/samples/",
    "archc/train/",
)
# Each thing here builds torch's own: it imports torch when it is built, not when it is read.
TORCH_WITHIN_FUNCTIONS = (
    "archc/recipe/data_sets/",
    "archc/recipe/losses/",
    "archc/recipe/optimizers/",
    "archc/recipe/schedules/",
    "archc/recipe/transforms/",
)
TORCH_FREE = (
    "archc/samples/__init__.py",
    "archc/train/__init__.py",
    "archc/measure/field_picture.py",
)


def files() -> dict[str, Path]:
    """Return every file of the package by the module that it is."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


FILES = files()


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield every import, also those within functions, but for those that only types need."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        yield from statements(node)


@cache
def imported(source: str) -> frozenset[str]:
    """Return every module that a text imports: `from archc import x` is the module or the roof."""
    found: set[str] = set()
    for node in statements(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            assert node.module
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in FILES else node.module for name in names}
    return frozenset(found)


def room(module: str) -> str | None:
    """Return the room of a module of archc; the package itself is the roof."""
    first, *rest = module.split(".")
    return None if first != "archc" else rest[0] if rest else "__init__"


def wrong_imports(own: str, source: str) -> list[str]:
    """Return what a text in the room `own` must not import."""
    others = ((module, room(module)) for module in sorted(imported(source)))
    return [name for name, other in others if other and RANK[other] > RANK[own]] + [
        name for name, other in others if other and other != own and RANK[other] == RANK[own]
    ]


def units(module: str) -> str:
    """Return the file or folder of a room that a module lies in: the room's own units."""
    return ".".join(module.split(".")[:3])


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Return a circle of imports, if there is one."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def arrows_between_units(sources: dict[str, str]) -> dict[str, set[str]]:
    """Return which units of a room import which others of the same room."""
    arrows: dict[str, set[str]] = {}
    for module, source in sources.items():
        own = units(module)
        inside = {units(other) for other in imported(source) if room(other) == room(module)}
        arrows.setdefault(own, set()).update(inside - {own})
    return arrows


def test_imports_point_up_the_list_of_rooms() -> None:
    assert {room(module) for module in FILES} == {*RANK}
    wrong = {name: wrong_imports(str(room(name)), path.read_text()) for name, path in FILES.items()}
    assert {name: imports for name, imports in wrong.items() if imports} == {}


@pytest.mark.parametrize("own", [one for rooms in ROOMS for one in rooms])
def test_a_room_has_an_order_of_its_own(own: str) -> None:
    sources = {name: path.read_text() for name, path in FILES.items() if room(name) == own}
    assert circle(arrows_between_units(sources)) == []


def test_no_file_imports_in_a_circle() -> None:
    arrows = {name: {*imported(path.read_text())} - {name} for name, path in FILES.items()}
    assert circle(arrows) == []


def test_no_room_holds_more_than_a_fifth_of_the_code() -> None:
    lines: dict[str, int] = {}
    for module, path in FILES.items():
        own = room(module) or ""
        lines[own] = lines.get(own, 0) + len(path.read_text().splitlines())
    assert {name for name, count in lines.items() if 5 * count > sum(lines.values())} == set()


@pytest.mark.parametrize(
    "planted",
    [
        "import archc.cli",
        "from archc import load",  # the roof, from below
        "def f():\n    from archc import architecture",
        "def f():\n    import archc\n    return archc.__version__",
        "from archc.graph.graph import Graph",
    ],
)
def test_that_a_wrong_import_is_seen(planted: str) -> None:
    assert wrong_imports("language", planted) != []


def test_that_a_circle_within_a_room_is_seen() -> None:
    sources = {
        "archc.graph.graph": "def f():\n    from archc.graph import trace",
        "archc.graph.trace": "from archc.graph.graph import Graph",
    }
    assert circle(arrows_between_units(sources)) != []


def test_torch_is_imported_where_modules_are_built_alone() -> None:
    assert [str(path) for path in FILES.values() if imports_torch_wrongly(path)] == []


def imports_torch_wrongly(path: Path) -> bool:
    used = {name.split(".")[0] for name in imported(path.read_text())}
    own = str(path.relative_to(ROOT))
    heavy = used & {"torch", "numpy", "torchinfo"}
    if own.startswith(TORCH_WITHIN_FUNCTIONS):
        heavy &= imported_at_once(path.read_text())
    return bool(heavy) and (not own.startswith(TORCH_ROOMS) or own.startswith(TORCH_FREE))


def imported_at_once(source: str) -> set[str]:
    """Return the packages that a text imports outside of functions."""
    top = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    lines = "\n".join(map(ast.unparse, top))
    return {name.split(".")[0] for name in imported(lines)}


HEAVY = ("torch", "numpy", "torchvision", "torchinfo", "rich", "pydantic")
LIGHT_COMMANDS = [
    ["--version"],
    ["--help"],
    ["check", "specs/resnet18.yaml"],
    ["check", "specs/resnet18.yaml", "--format", "json"],
    ["summary", "specs/googlenet.yaml"],
    ["summary", "specs/resnet18.yaml", "--format", "json"],
    ["emit", "specs/googlenet.yaml"],
    ["explain", "AR402"],
    ["graph", "specs/resnet18.yaml"],
    ["graph", "specs/lenet5.yaml", "-o", "net.html"],
    ["rf", "specs/resnet18.yaml", "layer2"],
    ["diff", "specs/resnet18.yaml", "specs/resnet18.yaml"],
]

# Commands that need torch, but not to tell what is wrong with what they are given.
LIGHT_ERRORS = [
    ["weights", "wrong.yaml", "w.safetensors"],
    ["export", "wrong.yaml", "-o", "x.onnx"],
    ["export", "specs/lenet5.yaml", "-o", "nowhere/x.onnx"],
    ["bench", "wrong.yaml"],
    ["train", "wrong.yaml"],
]


def heavy_imports(code: str) -> list[str]:
    """Run Python and return which heavy packages it had loaded at its end."""
    script = (
        f"{code}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: list[str] = ast.literal_eval(done.stderr.splitlines()[-1])
    return found


def exit_code(arguments: list[str], expected: int) -> str:
    """Return Python that runs archc and fails unless it exits as expected."""
    return f"""
import sys
from archc.cli import main
sys.argv = ["archc", *{arguments!r}]
try:
    main()
except SystemExit as done:
    assert (done.code or 0) == {expected}, done.code
"""


@pytest.mark.parametrize("arguments", LIGHT_COMMANDS, ids=" ".join)
def test_commands_stay_light(arguments: list[str], tmp_path: Path) -> None:
    placed = [str(tmp_path / "net.html") if one == "net.html" else one for one in arguments]
    assert heavy_imports(exit_code(placed, 0)) == []


def test_a_recipe_is_checked_with_pydantic_and_without_torch() -> None:
    arguments = ["check", "specs/recipes/lenet5-digits.yaml"]
    assert heavy_imports(exit_code(arguments, 0)) == ["pydantic"]


@pytest.mark.parametrize("arguments", LIGHT_ERRORS, ids=" ".join)
def test_commands_that_need_torch_report_errors_without_it(arguments: list[str]) -> None:
    assert heavy_imports(exit_code(arguments, 1)) == ["pydantic"] * (arguments[0] == "train")


def test_the_library_stays_light_until_it_compiles() -> None:
    code = """
import archc
arch = archc.load("specs/resnet18.yaml", classes=10)
arch.summary(), arch.parameters, arch.macs, arch["layer2.0.conv1"].output_shape, arch.source()
"""
    assert heavy_imports(code) == []


def test_that_the_light_test_can_fail() -> None:
    assert heavy_imports("import numpy") == ["numpy"]
