"""The files in archc/emit/runtime are modules by themselves, and parts of emitted text."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from graphs import shipped

from archc import passes
from archc.emit import runtime
from archc.emit.emit import emit
from archc.emit.imports import Import
from archc.emit.runtime_text import read_runtime, runtime_texts

FOLDER = Path(runtime.__file__).parent
FILES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
EVERY = pytest.mark.parametrize("file", FILES)
ROOTS = {"torch", *sys.stdlib_module_names}


@EVERY
def test_what_is_read_is_what_the_module_defines(file: str) -> None:
    text = read_runtime(file)
    module = import_module(f"archc.emit.runtime.{file}")
    assert all(hasattr(module, name) for name in text.names)
    whole = ast.parse((FOLDER / f"{file}.py").read_text())
    own = [one for one in whole.body[1:] if not isinstance(one, ast.Import | ast.ImportFrom)]
    assert ast.unparse(ast.parse(text.text)) == ast.unparse(ast.Module(own, []))
    assert len(own) == len(text.names)


@EVERY
def test_it_imports_torch_the_standard_library_and_its_neighbours(file: str) -> None:
    text = read_runtime(file)
    assert {one.module.partition(".")[0] for one in text.imports} <= ROOTS
    assert set(text.needs) < set(FILES)


@EVERY
def test_its_text_is_a_module_with_the_texts_that_it_needs(file: str) -> None:
    texts = runtime_texts([file])
    lines = [f"from {module} import {name}" if name else f"import {module}"
             for text in texts for module, name in text.imports]  # fmt: skip
    space: dict[str, object] = {"__name__": "alone"}
    exec("\n".join([*lines, *(text.text for text in texts)]), space)
    assert {name for text in texts for name in text.names} <= set(space)


def test_what_is_needed_comes_first_and_once() -> None:
    order = [text.names[-1] for text in runtime_texts(["winograd_conv2d", "packed_conv2d"])]
    assert order == ["PreparedConv2d", "PackedConv2d", "WinogradConv2d"]


def test_imports_are_found() -> None:
    assert read_runtime("plain_conv2d").imports == (Import("torch"), Import("torch", "nn"))
    assert read_runtime("plain_conv2d").needs == ("plain",)


def test_nothing_else_in_archc_imports_them() -> None:
    others = [path for path in Path("archc").rglob("*.py") if "runtime" not in path.parts]
    assert not [path for path in others if "import archc.emit.runtime." in path.read_text()]
    assert not [path for path in others if "from archc.emit.runtime" in path.read_text()
                and "from archc.emit.runtime_text" not in path.read_text()]  # fmt: skip


def test_the_files_are_as_wide_as_emitted_text() -> None:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("bundle", ["inference", "onnxruntime"])
def test_ruff_leaves_what_is_emitted_with_them_as_it_is(bundle: str, tmp_path: Path) -> None:
    source = emit(passes.optimise(shipped("googlenet"), bundle).graph).source
    assert "class WinogradConv2d(PackedConv2d):" in source
    assert "archc.emit" not in source
    (tmp_path / "model.py").write_text(source)
    for what in (["format", "--diff"], ["check", "--select", "E,F,I"]):
        command = [sys.executable, "-m", "ruff", *what, "--isolated", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_emitting_them_imports_no_torch() -> None:
    code = """
import sys
from archc import passes
from archc.emit.emit import emit
from archc.pipeline import check
graph = check("specs/googlenet.yaml").sound
assert "PackedConv2d" in emit(passes.optimise(graph).graph).source
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
