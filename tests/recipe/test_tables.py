"""Every data set, loss, optimizer, schedule and transform, held to torch."""

import inspect
from types import FunctionType

import pytest
import torch
from given_settings import GIVEN
from pydantic import ValidationError
from torch import nn, optim
from torchvision import datasets
from torchvision.transforms import v2

from archc.recipe.base.expected import schemas
from archc.recipe.data_sets.base.kind import DataSet
from archc.recipe.doors import DATA_SETS, LOSSES, OPTIMIZERS, SCHEDULES, TRANSFORMS
from archc.recipe.losses.base.kind import Loss
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.transforms.base.kind import Transform
from archc.train.data.transforms import composed

DOORS = {"loss": LOSSES, "optimizer": OPTIMIZERS, "schedule": SCHEDULES, "transform": TRANSFORMS}
THINGS = [(what, name) for what, door in DOORS.items() for name in door.names()]
every_thing = pytest.mark.parametrize(("what", "name"), THINGS, ids=lambda text: text)

# What torch has and a recipe cannot say; the docstrings of the packages say why.
LEFT_OUT = {
    "loss": {"weight", "size_average", "ignore_index", "reduce", "reduction"},
    "optimizer": {"maximize", "capturable", "differentiable"},
    "schedule": {"last_epoch", "scale_fn", "epochs", "steps_per_epoch"},
    "transform": {"inplace"},
    "reduce_on_plateau": {"mode"},
}
# Settings that fit images of some sizes alone.
OF_SIZES = {"size", "min_size", "max_size", "target_size", "scale_range", "sigma", "padding"}
IMAGE = torch.randint(0, 256, (3, 48, 40), generator=torch.Generator().manual_seed(0)).byte()


def required(kind):
    return [name for name, info in kind.model_fields.items() if info.is_required()]


def thing(what, name, **settings):
    kind = DOORS[what].find(name)
    return kind(**{n: GIVEN[n] for n in required(kind)} | settings)


def build(one):
    if isinstance(one, Loss):
        return one.build(-100)
    if isinstance(one, Optimizer):
        return one.build([nn.Parameter(torch.zeros(2, 2))])
    if isinstance(one, Schedule):
        sgd = optim.SGD([nn.Parameter(torch.zeros(2))], lr=0.1, momentum=0.9)
        return one.build(sgd, {**one.filled(3, 5), **one.given})
    return one.build()


def parameters_of(what, name):
    """Return the parameters of the class of torch that a thing builds, with their defaults."""
    own = inspect.signature(type(build(thing(what, name)))).parameters.values()
    return {p.name: p.default for p in own if p.name not in ("params", "optimizer")}


@every_thing
def test_the_settings_are_torchs_own_and_all_of_them_but_those_left_out(what, name):
    kind = DOORS[what].find(name)
    left_out = LEFT_OUT[what] | LEFT_OUT.get(name, set())
    assert set(kind.model_fields) == set(parameters_of(what, name)) - left_out
    assert kind.principal is None or kind.principal in kind.model_fields


@every_thing
def test_every_setting_has_a_description(what, name):
    assert not undescribed(DOORS[what].find(name))


@pytest.mark.parametrize("name", DATA_SETS.names())
def test_every_setting_of_a_data_set_has_a_description(name):
    assert not undescribed(DATA_SETS.find(name))


def undescribed(kind):
    return [name for name, text in descriptions(kind).items() if not text]


def descriptions(kind):
    fields = kind.model_fields
    return {n: fields[n].description or schemas(kind)[n].get("description") for n in fields}


def classes(module, base):
    return {n for n, k in vars(module).items() if inspect.isclass(k) and issubclass(k, base)}


def built_names(what):
    return {type(build(thing(what, name))).__name__ for name in DOORS[what].names()}


def test_every_optimizer_is_there_but_those_for_other_gradients():
    own = classes(optim, optim.Optimizer)
    assert built_names("optimizer") == own - {"Optimizer", "LBFGS", "SparseAdam"}


def test_every_transform_of_one_image_into_one_is_there():
    own = classes(v2, v2.Transform)
    archcs_own = {"ConvertImageDtype", "Normalize", "PILToTensor", "ToDtype", "ToImage"}
    archcs_own |= {"ToPILImage", "ToPureTensor", "ToTensor", "Identity"}
    of_transforms = {"Transform", "Compose", "RandomApply", "RandomChoice", "RandomOrder"}
    of_functions = {"Lambda", "LinearTransformation"}
    of_boxes = {n for n in own if "Box" in n or "Clamp" in n or "KeyPoints" in n or "IoU" in n}
    of_several = {"CutMix", "MixUp", "FiveCrop", "TenCrop", "UniformTemporalSubsample"}
    deprecated = {"JPEG"}
    left_out = archcs_own | of_transforms | of_functions | of_boxes | of_several | deprecated
    assert built_names("transform") == own - left_out


@every_thing
def test_what_torch_requires_is_required_or_filled_in(what, name):
    parameters = parameters_of(what, name).items()
    needed = {n for n, default in parameters if default is inspect.Parameter.empty}
    filled = set(thing(what, name).filled(3, 5)) if what == "schedule" else set()
    assert needed == set(required(DOORS[what].find(name))) | (filled & needed)


@every_thing
def test_the_defaults_are_torchs_and_are_accepted(what, name):
    fields = DOORS[what].find(name).model_fields
    for setting, own in parameters_of(what, name).items():
        default = getattr(own, "value", own)
        if setting not in fields or default is inspect.Parameter.empty:
            continue
        assert fields[setting].default == default, setting
        if default is not None:
            thing(what, name, **{setting: default})


TRIED = (0, 1, 2, 3, 0.0, 0.5, 0.9, 1.0, 1.5, -1, -0.5, True, False, (1, 2), (0, 0), (0.5, 0.9))
TRIED += ((0.0, 1.0), (0.5, 1.0, 2.0), (1,), (3, 1), (1, 2, 3, 4), "nearest", "bicubic")
TRIED += ("cos", "linear", "rel", "abs", "triangular2", "exp_range", "iterations", "reflect")
TRIED += ("bilinear", "svhn", "cifar10", "original", "match_rms_adamw", 30, 40, 100, 200, -0.0)
TRIED += ((0.01, 0.02), (None, 0.1), (0.1, None), (-0.2, 0.3), (3, 5), (30, 60), (-1.0, 1), None)


@every_thing
def test_what_is_accepted_torch_builds(what, name):
    for setting in DOORS[what].find(name).model_fields:
        for value in TRIED:
            try:
                accepted = thing(what, name, **{setting: value})
            except ValidationError:
                continue
            if what != "transform":
                build(accepted)
                continue
            transform = composed([accepted])
            if setting in OF_SIZES:
                continue
            changed = transform(IMAGE)
            assert changed.dtype == torch.uint8
            assert changed.shape[0] in (1, 3)


@pytest.mark.parametrize("name", LOSSES.names())
def test_every_loss_is_the_sum_over_the_samples_that_count(name):
    loss = build(thing("loss", name))
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(0), requires_grad=True)
    labels = torch.tensor([0, 2, -100, 1])
    alone = [loss(logits[n : n + 1], labels[n : n + 1]) for n in (0, 1, 3)]
    whole = loss(logits, labels)
    torch.testing.assert_close(whole, torch.stack(alone).sum())
    whole.backward()
    assert logits.grad.isfinite().all()
    assert not logits.grad[2].any()


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_every_optimizer_steps(name):
    parameter = nn.Parameter(torch.ones(2, 2))
    stepping = OPTIMIZERS.find(name)().build([parameter])
    parameter.square().sum().backward()
    stepping.step()
    assert not torch.equal(parameter, torch.ones(2, 2))


@pytest.mark.parametrize("name", SCHEDULES.names())
def test_every_schedule_steps(name):
    scheduler = build(thing("schedule", name))
    rate = scheduler.optimizer.param_groups[0]["lr"]
    for _ in range(12 if SCHEDULES.find(name).moves == "loss" else 3):
        scheduler.optimizer.step()
        scheduler.step(*([1.0] if SCHEDULES.find(name).moves == "loss" else []))
    assert name == "constant" or scheduler.optimizer.param_groups[0]["lr"] != rate


@pytest.mark.parametrize("name", [t.name for t in TRANSFORMS if not t.random])
def test_what_is_not_random_gives_the_same_twice(name):
    transform = thing("transform", name).build()
    image = torch.rand(3, 16, 16)
    assert torch.equal(transform(image), transform(image))


@pytest.mark.parametrize("name", TRANSFORMS.names())
def test_the_channels_of_a_transform_are_those_that_it_returns(name):
    transform = thing("transform", name)
    sizes = OF_SIZES & set(required(type(transform)))
    if sizes - {"size", "padding"}:
        return
    for channels in (1, 3):
        image = IMAGE[:channels]
        assert len(transform.build()(image)) == (transform.channels() or channels)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10", "image_folder"])
def test_every_data_set_of_torchvision_has_its_settings(name):
    kinds = {kind.lower(): getattr(datasets, kind) for kind in datasets.__all__}
    parameters = inspect.signature(kinds[name.replace("_", "")]).parameters
    own = {"test_split", "class_names"}
    assert set(DATA_SETS.find(name).model_fields) - own <= set(parameters)


def refused(kind, message, **body):
    with pytest.raises(TypeError, match=message):
        type("Wrong", (kind,), {"__doc__": "Something.", "__module__": __name__, **body})


def greet(self):
    return self


@pytest.mark.parametrize("kind", [Loss, Optimizer, Schedule, Transform, DataSet])
def test_what_is_wrong_with_a_definition_is_rejected_when_it_is_imported(kind):
    (method,) = kind.required
    copied = FunctionType(getattr(kind, method).__code__, {})
    own = {method: copied, "__doc__": "Something."}
    assert type("Right", (kind,), {**own, "__module__": __name__}).name == "test_tables"
    refused(kind, "has no docstring", **{**own, "__doc__": None})
    refused(kind, rf"does not define \['{method}'\]")
    refused(kind, r"defines \['biuld'\]", **own, biuld=greet)
    refused(kind, rf"{method} takes \['self', 'x'\]", **{method: lambda self, x: x})
    refused(kind, r"defines \['randm'\]", **own, randm=True)
