"""Another package adds an optimizer by an entry point, and a network learns by it."""

import importlib
import sys
from pathlib import Path

import pytest
import torch

from archc.diagnostics import Diagnostics
from archc.recipe.doors import OPTIMIZERS
from archc.recipe.read import read_recipe
from archc.train.learner import Learner
from archc.train.processes import Processes

LION = '''
from typing import Annotated

from annotated_types import Gt
from pydantic import Field

from archc.recipe.base.values import BelowOne
from archc.recipe.optimizers.base.kind import Optimizer


class Lion(Optimizer):
    """Steps by the sign of a momentum: Chen et al. 2023, https://arxiv.org/abs/2302.06675."""

    lr: Annotated[float, Gt(0), Field(description="learning rate")] = 1e-4
    beta: Annotated[BelowOne, Field(description="decay of the momentum")] = 0.9

    def build(self, parameters):
        import torch

        class Signed(torch.optim.Optimizer):
            @torch.no_grad()
            def step(self, closure=None):
                for group in self.param_groups:
                    for weight in group["params"]:
                        momentum = self.state[weight].setdefault("m", torch.zeros_like(weight))
                        momentum.lerp_(weight.grad, 1 - group["beta"])
                        weight.sub_(momentum.sign(), alpha=group["lr"])

        return Signed(parameters, {"lr": self.lr, "beta": self.beta})
'''


@pytest.fixture
def lion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the package, as far as its metadata goes."""
    package = tmp_path / "packages"
    info = package / "archc_lion-1.dist-info"
    info.mkdir(parents=True)
    (package / "archc_lion.py").write_text(LION)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: archc-lion\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[archc.recipe.optimizers]\nlion = archc_lion:Lion\n")
    monkeypatch.syspath_prepend(package)
    importlib.invalidate_caches()
    yield
    OPTIMIZERS._found.pop("lion", None)
    sys.modules.pop("archc_lion", None)


@pytest.mark.usefixtures("lion")
def test_two_steps_are_taken_by_an_optimizer_of_another_package(recipe):
    found = recipe(optimizer="{lion: {lr: 0.01}}")
    assert (found.optimizer.name, found.optimizer.given) == ("lion", {"lr": 0.01})
    learner = Learner(found, torch.device("cpu"), "fp32", Processes(), 2)
    weight = next(iter(learner.model.parameters()))
    before = weight.detach().clone()
    for _ in range(2):
        loss = learner.model(torch.rand(4, 1, 8, 8)).square().sum()
        loss.backward()
        learner._step()
    moved = (weight.detach() - before).abs()
    assert 0 < float(moved.max()) <= 0.0200001


@pytest.mark.usefixtures("lion")
def test_its_settings_are_checked_as_archcs_own_are(written):
    diagnostics = Diagnostics()
    read_recipe(str(written(optimizer="{lion: {lr: -1, bta: 0.5}}")), diagnostics)
    assert [each.problem.code for each in diagnostics] == ["AR301", "AR201"]
    assert "did you mean `beta`?" in str([each.problem.help() for each in diagnostics])


def test_without_the_package_its_name_is_unknown(written):
    diagnostics = Diagnostics()
    read_recipe(str(written(optimizer="lion")), diagnostics)
    assert [each.problem.code for each in diagnostics] == ["AR201"]
