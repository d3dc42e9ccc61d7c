"""Operators of other packages are found by name; those of archc cost no look at other packages."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import archc
from archc import ops
from archc.doors import Door
from archc.ops.base.operator import Operator

SOFT_SIGN = '''
from archc.ops.base.operator import Operator, valid
from archc.ops.base.torch_code import Module

class SoftSign(Operator):
    """x/(1 + |x|) for each number."""
    examples = (valid("soft_sign", (4, 8, 8), (4, 8, 8)),)
    def shape(self, x):
        return x
    def torch(self, x):
        return Module("Softsign")
'''


@pytest.fixture
def _added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package that adds an operator."""
    info = tmp_path / "other-1.dist-info"
    info.mkdir()
    (tmp_path / "archc_soft_sign.py").write_text(SOFT_SIGN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[archc.operators]\nsoft_sign = archc_soft_sign:SoftSign\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    door = Door("archc.ops", Operator, group="archc.operators")
    monkeypatch.setattr(ops, "OPERATORS", door)
    monkeypatch.setattr(ops, "find", door.find)


@pytest.mark.usefixtures("_added")
@pytest.mark.parametrize("layer", ["soft_sign", {"soft_sign": None}])
def test_an_operator_of_another_package_is_used_by_name(layer: object) -> None:
    arch = archc.load({"archc": 1, "input": [4, 8, 8], "layers": [layer, "relu"]})
    assert "nn.Softsign()," in arch.source()
    assert arch["0"].output_shape == (4, 8, 8)


@pytest.mark.usefixtures("_added")
def test_it_is_suggested_for_a_name_that_is_misspelt() -> None:
    with pytest.raises(archc.SpecError, match="soft_sign"):
        archc.load({"archc": 1, "input": [4, 8, 8], "layers": ["soft_sing"]})


def test_other_packages_are_not_looked_at_for_operators_of_archc() -> None:
    code = (
        "import sys, archc; archc.load('specs/googlenet.yaml')\n"
        "sys.exit('importlib.metadata' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
