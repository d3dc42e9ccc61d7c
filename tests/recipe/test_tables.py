"""The tables of what torch has, held to torch."""

import inspect

import pytest
import torch
from given_settings import GIVEN
from torch import nn, optim
from torch.optim import lr_scheduler
from torchvision import datasets
from torchvision.transforms import v2

from archc.language.calls import Call
from archc.ops.base.kinds import Unfit
from archc.recipe.datasets import DATASETS
from archc.recipe.optimizers import OPTIMIZERS
from archc.recipe.schedules import SCHEDULES
from archc.recipe.transforms import TRANSFORMS
from archc.train.data.transforms import composed

ROOMS = {"optimizer": optim, "schedule": lr_scheduler, "transform": v2}
TABLES = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "transform": TRANSFORMS}
ENTRIES = [(what, name) for what, table in TABLES.items() for name in table]
every_entry = pytest.mark.parametrize(("what", "name"), ENTRIES, ids=lambda text: text)

# What torch has and a recipe cannot say; the tables' files tell why.
LEFT_OUT = {
    "optimizer": {"maximize", "capturable", "differentiable"},
    "schedule": {"last_epoch", "scale_fn", "epochs", "steps_per_epoch"},
    "transform": {"inplace"},
    "reduce_on_plateau": {"mode"},
}
# Settings that fit images of some sizes alone.
OF_SIZES = {"size", "min_size", "max_size", "target_size", "scale_range", "sigma", "padding"}
IMAGE = torch.randint(0, 256, (3, 48, 40), generator=torch.Generator().manual_seed(0)).byte()


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
def test_the_settings_are_torchs_own_and_all_of_them_but_those_left_out(what, name):
    entry, kind = entry_and_class(what, name)
    left_out = LEFT_OUT[what] | LEFT_OUT.get(name, set())
    assert set(entry.settings) == set(parameters_of(kind)) - left_out
    assert entry.principal is None or entry.principal in entry.settings


def test_every_optimizer_is_there_but_those_for_other_gradients():
    own = {
        n for n, k in vars(optim).items() if inspect.isclass(k) and issubclass(k, optim.Optimizer)
    }
    assert {e.torch_name for e in OPTIMIZERS.values()} == own - {"Optimizer", "LBFGS", "SparseAdam"}


def test_every_transform_of_one_image_into_one_is_there():
    own = {n for n, k in vars(v2).items() if inspect.isclass(k) and issubclass(k, v2.Transform)}
    archcs_own = {"ConvertImageDtype", "Normalize", "PILToTensor", "ToDtype", "ToImage"}
    archcs_own |= {"ToPILImage", "ToPureTensor", "ToTensor", "Identity"}
    of_transforms = {"Transform", "Compose", "RandomApply", "RandomChoice", "RandomOrder"}
    of_functions = {"Lambda", "LinearTransformation"}
    of_boxes = {n for n in own if "Box" in n or "Clamp" in n or "KeyPoints" in n or "IoU" in n}
    of_several = {"CutMix", "MixUp", "FiveCrop", "TenCrop", "UniformTemporalSubsample"}
    deprecated = {"JPEG"}
    left_out = archcs_own | of_transforms | of_functions | of_boxes | of_several | deprecated
    assert {e.torch_name for e in TRANSFORMS.values()} == own - left_out


@every_entry
def test_what_torch_requires_is_required_or_filled_in(what, name):
    entry, kind = entry_and_class(what, name)
    needed = {n for n, default in parameters_of(kind).items() if default is inspect.Parameter.empty}
    filled = set(entry.filled(3, 5)) if what == "schedule" else set()
    assert needed == set(entry.required) | (filled & needed)


@every_entry
def test_the_defaults_of_torch_are_accepted(what, name):
    entry, kind = entry_and_class(what, name)
    for setting, own in parameters_of(kind).items():
        default = own.value if isinstance(own, v2.AutoAugmentPolicy) else own
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
    tried += ("bilinear", "svhn", "cifar10", "original", "match_rms_adamw", 30, 40, 100, 200, -0.0)
    tried += (
        (0.01, 0.02),
        (None, 0.1),
        (0.1, None),
        (-0.2, 0.3),
        (3, 5),
        (30, 60),
        (-1.0, 1),
        None,
    )
    for setting, takes in entry.settings.items():
        for value in tried:
            accepted = takes.accept(value)
            settings = {**base, setting: accepted}
            if isinstance(accepted, Unfit) or entry.objection(settings):
                continue
            if what != "transform":
                build(what, kind, settings)
                continue
            transform = composed([Call(name, settings, None)])
            if setting in OF_SIZES:
                continue
            changed = transform(IMAGE)
            assert changed.dtype == torch.uint8
            assert changed.shape[0] in (1, 3)


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
