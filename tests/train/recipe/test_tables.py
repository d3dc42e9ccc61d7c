"""The tables of what torch has, held to torch."""

import inspect

import pytest
import torch
from torch import nn, optim
from torch.optim import lr_scheduler
from torchvision import datasets
from torchvision.transforms import v2

from archc.ops.base.kinds import Unfit
from archc.train.recipe.datasets import DATASETS
from archc.train.recipe.optimizers import OPTIMIZERS
from archc.train.recipe.schedules import SCHEDULES
from archc.train.recipe.transforms import TRANSFORMS

ROOMS = {"optimizer": optim, "schedule": lr_scheduler, "transform": v2}
TABLES = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "transform": TRANSFORMS}
ENTRIES = [(what, name) for what, table in TABLES.items() for name in table]
every_entry = pytest.mark.parametrize(("what", "name"), ENTRIES, ids=lambda text: text)

# One good value for each setting that torch has no default for.
GIVEN = {
    "gamma": 0.9,
    "step_size": 2,
    "milestones": (1, 3),
    "T_0": 2,
    "T_max": 4,
    "base_lr": 0.1,
    "max_lr": 0.2,
    "total_steps": 10,
    "size": 8,
    "padding": 2,
    "degrees": 30,
    "bits": 4,
}


def entry_and_class(what, name):
    entry = TABLES[what][name]
    return entry, getattr(ROOMS[what], entry.torch_name)


def parameters_of(kind):
    own = inspect.signature(kind).parameters.values()
    return {p.name: p.default for p in own if p.name not in ("params", "optimizer")}


def optimizer():
    return optim.SGD([nn.Parameter(torch.zeros(2))], lr=0.1, momentum=0.9)


def build(what, kind, settings):
    if what == "optimizer":
        return kind([nn.Parameter(torch.zeros(2, 2))], **settings)
    return kind(optimizer(), **settings) if what == "schedule" else kind(**settings)


@every_entry
def test_every_setting_is_torchs_own(what, name):
    entry, kind = entry_and_class(what, name)
    assert set(entry.settings) <= set(parameters_of(kind))
    assert entry.principal is None or entry.principal in entry.settings


@every_entry
def test_what_torch_requires_is_required_or_filled_in(what, name):
    entry, kind = entry_and_class(what, name)
    needed = {n for n, default in parameters_of(kind).items() if default is inspect.Parameter.empty}
    filled = set(entry.filled(3, 5)) if what == "schedule" else set()
    assert needed == set(entry.required) | (filled & needed)


@every_entry
def test_the_defaults_of_torch_are_accepted(what, name):
    entry, kind = entry_and_class(what, name)
    for setting, default in parameters_of(kind).items():
        plain = isinstance(default, bool | int | float | str | tuple)
        if setting in entry.settings and plain:
            assert not isinstance(entry.settings[setting].accept(default), Unfit), setting


@every_entry
def test_what_is_accepted_torch_builds(what, name):
    entry, kind = entry_and_class(what, name)
    base = {n: GIVEN[n] for n in entry.required}
    if what == "schedule":
        base = {**entry.filled(3, 5), **base}
    build(what, kind, base)
    tried = (0, 1, 2, 3, 0.0, 0.5, 0.9, 1.0, 1.5, -1, -0.5, True, False, (1, 2), (0, 0), (0.5, 0.9))
    tried += ((0.0, 1.0), (0.5, 1.0, 2.0), (1,), (3, 1), (1, 2, 3, 4), "nearest", "bicubic")
    tried += ("cos", "linear", "rel", "abs", "triangular2", "exp_range", "iterations", "reflect")
    for setting, takes in entry.settings.items():
        for value in tried:
            accepted = takes.accept(value)
            settings = {**base, setting: accepted}
            if isinstance(accepted, Unfit) or entry.objection(settings):
                continue
            build(what, kind, settings)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_steps(name):
    parameter = nn.Parameter(torch.ones(2, 2))
    stepping = getattr(optim, OPTIMIZERS[name].torch_name)([parameter])
    parameter.square().sum().backward()
    stepping.step()
    assert not torch.equal(parameter, torch.ones(2, 2))


@pytest.mark.parametrize("name", [n for n, t in TRANSFORMS.items() if not t.random])
def test_what_is_not_random_gives_the_same_twice(name):
    entry = TRANSFORMS[name]
    transform = getattr(v2, entry.torch_name)(**{n: GIVEN[n] for n in entry.required})
    image = torch.rand(3, 16, 16)
    assert torch.equal(transform(image), transform(image))


@pytest.mark.parametrize("name", [n for n, d in DATASETS.items() if d.torch_name])
def test_every_data_set_is_torchvisions(name):
    entry = DATASETS[name]
    parameters = inspect.signature(getattr(datasets, entry.torch_name)).parameters
    assert set(entry.settings) - {"test_split"} <= set(parameters)
