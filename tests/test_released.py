"""The specs and recipes of a released archc mean the same: `released/` has them as they were."""

from pathlib import Path

import pytest

import archc
from archc.diagnostics import Diagnostics
from archc.problems.base import Severity
from archc.recipe.read import read_recipe

RELEASED = Path(__file__).parent / "released" / "v0_1_0"
# What 0.1.0 said of each: parameters, MACs, and the tensors of the state.
SPECS = {
    "lenet5": (44_426, 281_640, 10),
    "vgg16": (138_357_544, 15_470_264_320, 32),
    "resnet18": (11_689_512, 1_814_073_344, 122),
    "resnet152": (60_192_808, 11_513_626_624, 932),
    "googlenet": (13_004_888, 1_498_376_192, 364),
    "cifar/resnet18": (11_173_962, 555_422_720, 122),
    "notebook/lenet5": (44_426, 281_640, 10),
    "notebook/resnet18": (11_181_642, 1_813_566_464, 122),
    "notebook/vgg16": (134_301_514, 15_466_209_280, 32),
}
RECIPES = sorted(path.stem for path in (RELEASED / "recipes").glob("*.yaml"))


def test_none_is_left_out():
    found = {str(path.relative_to(RELEASED).with_suffix("")) for path in RELEASED.rglob("*.yaml")}
    assert found == {*SPECS, *(f"recipes/{name}" for name in RECIPES)}


@pytest.mark.parametrize("name", SPECS)
def test_a_spec_is_the_same_network(name):
    arch = archc.load(RELEASED / f"{name}.yaml")
    state = [
        path
        for node in arch.graph.nodes
        for path in (*node.operator.weights(node.operand), *node.operator.buffers(node.operand))
    ]
    assert (arch.parameters, arch.macs, len(state)) == SPECS[name]
    assert {one.severity for one in arch.diagnostics} <= {Severity.NOTE}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_accepted(name):
    found = Diagnostics()
    recipe = read_recipe(RELEASED / "recipes" / f"{name}.yaml", found)
    assert recipe is not None
    assert {one.severity for one in found} <= {Severity.NOTE}
