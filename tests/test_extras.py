"""What lacks its extra says so in one line, which names the smallest one that helps."""

import subprocess
import sys
from pathlib import Path

import pytest

from archc.extras import MissingExtraError, explained, how_to_install, require


@pytest.mark.parametrize(
    ("package", "extra"),
    [
        ("torch", "torch"),
        ("safetensors", "torch"),
        ("onnxruntime", "onnx"),
        ("typst", "picture"),
        ("matplotlib", "picture"),
        ("scikit-learn", "train"),
        ("tensorboard", "train"),
        ("never-heard-of", "all"),
    ],
)
def test_the_smallest_extra_is_named(package: str, extra: str) -> None:
    assert how_to_install(package) == f"pip install 'archc-nn[{extra}]'"


def test_a_module_is_explained_by_its_distribution() -> None:
    line = explained(ModuleNotFoundError(name="sklearn.datasets"))
    assert line is not None
    assert line.startswith("this needs scikit-learn, which is not installed: ")


def test_any_other_missing_module_is_a_fault_of_archc() -> None:
    assert explained(ModuleNotFoundError(name="archc.nothing")) is None
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'archc\.nothing'"):
        require("archc.nothing")


def test_a_missing_package_is_explained_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)  # as if it were not installed
    with pytest.raises(MissingExtraError, match=r"archc-nn\[picture\]"):
        require("typst")


WITHOUT_TORCH = """
import sys
for name in ("torch", "torchvision", "torchinfo", "safetensors", "matplotlib", "onnx", "typst"):
    sys.modules[name] = None  # an import of it fails as if it were not installed
from archc.cli import main
sys.argv = ["archc", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["summary", "lenet5", "--verify"],
        ["train", "lenet5-digits"],
        ["bench", "lenet5"],
        ["export", "lenet5", "-o", "x.safetensors"],
        ["export", "lenet5", "-o", "x.pt2"],
        ["rf", "lenet5", "--effective"],
        ["graph", "lenet5", "-o", "x.png"],
    ],
    ids=" ".join,
)
def test_a_command_names_its_extra_in_one_line(arguments: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_TORCH, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "pip install 'archc-nn[" in line
