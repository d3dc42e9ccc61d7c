"""Imports go one way, and what people wait for never imports torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "archc"

LAYERS = [
    ["source", "files"],
    ["problems"],
    ["diagnostics"],
    ["render"],
    ["syntax"],
    ["ops"],
    ["spec"],
    ["graph"],
    ["analyses"],
    ["pipeline"],
    ["passes"],
    ["picture"],
    ["backends"],
    ["architecture"],
    ["train"],
    ["bench"],
    ["cli"],
]
RANK = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}
TORCH_ROOMS = (  # each a file, or a folder with all that is in it
    "archc/module/live.py",
    "archc/module/seeded.py",
    "archc/measure/verify.py",
    "archc/measure/comparison.py",
    "archc/measure/reference.py",
    "archc/weights/",
    "archc/export/",
    "archc/measure/effective_field.py",
    "archc/train/",
    "archc/measure/bench/",
)
TORCH_FREE = ("archc/train/__init__.py", "archc/recipe/")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return every module that a file imports, inside functions too."""
    found = set()
    tree = ast.parse(path.read_text())
    tree.body = [node for node in tree.body if not _is_for_types(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def room(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "archc" and len(parts) > 1 and parts[1] in RANK else None


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own in ("__init__", "__main__"):
        return
    assert own in RANK, f"{own} is in no layer"
    for module in imported(path):
        other = room(module)
        assert other is None or RANK[other] <= RANK[own], f"{own} imports {module}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_torch_is_imported_where_modules_are_built_alone(path: Path) -> None:
    heavy = {module.split(".")[0] for module in imported(path)} & {"torch", "numpy", "torchinfo"}
    own = str(path.relative_to(ROOT))
    assert not heavy or (own.startswith(TORCH_ROOMS) and not own.startswith(TORCH_FREE))


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
    ["check", "specs/recipes/lenet5-digits.yaml"],
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


@pytest.mark.parametrize("arguments", LIGHT_ERRORS, ids=" ".join)
def test_commands_that_need_torch_tell_errors_without_it(arguments: list[str]) -> None:
    assert heavy_imports(exit_code(arguments, 1)) == []


def test_the_library_stays_light_until_it_compiles() -> None:
    code = """
import archc
arch = archc.load("specs/resnet18.yaml", classes=10)
arch.summary(), arch.parameters, arch.macs, arch["layer2.0.conv1"].output_shape, arch.source()
"""
    assert heavy_imports(code) == []


def test_that_the_light_test_can_fail() -> None:
    assert heavy_imports("import numpy") == ["numpy"]
