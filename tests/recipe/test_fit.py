"""What does not fit together is reported before any data is there, with both locations."""

import pytest
import torch

from archc.analyses.keys import state_keys
from archc.diagnostics import Diagnostics
from archc.recipe.read import read_recipe
from archc.train.building import build_optimizer

PICTURES = "archc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3}, flatten, {linear: 10}]\n"
VECTORS = "archc: 1\ninput: [64]\nlayers: [{linear: 8, bias: false}, {linear: 10, bias: false}]\n"
RECIPE = """archc: 1
spec: spec.yaml
data:
  image_folder: pictures
  normalize: {mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}
optimizer: sgd
epochs: 1
"""


@pytest.fixture
def errors_of(tmp_path):
    """Return a function that reads a recipe of a spec, with words replaced."""

    def read(spec, *swaps):
        text = RECIPE
        for old, new in swaps:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "spec.yaml").write_text(spec)
        (tmp_path / "recipe.yaml").write_text(text)
        diagnostics = Diagnostics()
        return read_recipe(str(tmp_path / "recipe.yaml"), diagnostics), diagnostics.errors

    return read


NUMBERS = "{mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}"
ONE = (NUMBERS, "{mean: [0.5], std: [0.25]}")
DIGITS = ("image_folder: pictures", "digits:")


def test_numbers_for_every_channel_fit(errors_of):
    assert errors_of(PICTURES)[1] == []
    assert errors_of(VECTORS, DIGITS, ONE)[1] == []
    changed = "digits:\n  test_transforms: [rgb]"
    assert errors_of(VECTORS, (DIGITS[0], changed))[1] == []


def test_numbers_for_other_channels_than_the_networks_are_reported_with_both_places(errors_of):
    _, (error,) = errors_of(PICTURES, ONE)
    assert (error.problem.code, error.span.line) == ("AR501", 5)
    assert (error.problem.data_has, error.problem.spec_takes) == (1, 3)
    (label,) = error.labels
    assert label.span.source.name.endswith("spec.yaml")
    assert "3×8×8" in label.text


def test_numbers_for_other_channels_than_the_images_of_a_vector_network_are_reported(errors_of):
    _, (error,) = errors_of(VECTORS, DIGITS)
    assert (error.problem.code, error.span.line) == ("AR501", 5)
    assert error.labels[0].span.line == 4


@pytest.mark.parametrize("wrong", ["0", "-0.25", ".nan", ".inf", "true", "x"])
def test_a_deviation_must_be_above_0(errors_of, wrong):
    _, (error,) = errors_of(PICTURES, (NUMBERS, f"{{mean: [0, 0, 0], std: [0.2, {wrong}, 0.2]}}"))
    assert (error.problem.code, error.problem.setting, error.span.line) == ("AR301", "std[1]", 5)


def test_as_many_deviations_as_means_are_wanted(errors_of):
    _, (error,) = errors_of(PICTURES, (NUMBERS, "{mean: [0, 0, 0], std: [1, 1]}"))
    assert error.problem.code == "AR301"


@pytest.mark.parametrize("calls", ["[grayscale]", "[rgb, {grayscale: 1}]"])
def test_channels_are_counted_through_the_transforms(errors_of, calls):
    spec = PICTURES.replace("[3,", "[1,")
    changed = f"cifar10: data\n  train_transforms: {calls}\n  test_transforms: {calls}"
    swaps = (DIGITS[0], changed), (f"  normalize: {NUMBERS}\n", "")
    assert errors_of(spec, *swaps)[1] == []
    _, (error,) = errors_of(PICTURES, *swaps)
    assert (error.problem.what, error.problem.data_has) == ("channels", 1)


def test_an_optimizer_of_matrices_takes_a_network_of_matrices_alone(errors_of):
    muon = ("optimizer: sgd", "optimizer: muon")
    recipe, errors = errors_of(VECTORS, DIGITS, ONE, muon)
    assert errors == []
    shapes = [key.shape for key in state_keys(recipe.graph).values()]
    build_optimizer(recipe, [torch.nn.Parameter(torch.ones(shape)) for shape in shapes])
    _, (error,) = errors_of(PICTURES, muon)
    assert (error.problem.code, error.span.line) == ("AR301", 6)
    assert "4×3×3×3" in error.labels[0].text


def together(path):
    diagnostics = Diagnostics()
    read_recipe(str(path), diagnostics)
    return [(each.span.line, each.problem.message()) for each in diagnostics]


CYCLES = ["{one_cycle: {max_lr: 0.1}}", "{cyclic: {base_lr: 0.01, max_lr: 0.1}}"]


@pytest.mark.parametrize("schedule", CYCLES)
@pytest.mark.parametrize("optimizer", ["adagrad", "adadelta", "asgd", "rprop"])
def test_a_schedule_moves_no_momentum_where_there_is_none(written, optimizer, schedule):
    path = written(f"schedule: {schedule}\n", optimizer=optimizer)
    needs = f"false with `{optimizer}`, which has no momentum"
    assert together(path) == [(10, f"`cycle_momentum` must be {needs}, not true, its default")]
    path.write_text(path.read_text().replace("max_lr: 0.1", "max_lr: 0.1, cycle_momentum: false"))
    assert together(path) == []


@pytest.mark.parametrize("schedule", CYCLES)
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop", "nadam"])
def test_a_schedule_moves_the_momentum_that_there_is(written, optimizer, schedule):
    assert together(written(f"schedule: {schedule}\n", optimizer=optimizer)) == []


@pytest.mark.parametrize("optimizer", ["adafactor", "rprop"])
def test_an_optimizer_of_whole_weights_is_refused_with_fsdp(written, optimizer):
    assert together(written("parallel: ddp\n", optimizer=optimizer)) == []
    ((line, message),) = together(written("parallel: fsdp\n", optimizer=optimizer))
    assert line == 7
    assert message.startswith("`parallel` must be `ddp` with this optimizer")


@pytest.mark.parametrize("schedule", ["[{linear: , epochs: 1}]", "{linear: , epochs: 1}"])
def test_schedules_that_end_before_training_does_are_refused(written, schedule):
    ((line, message),) = together(written(f"schedule: {schedule}\n"))
    assert line == 10
    assert message.startswith("`epochs` must be 1, as long as its schedules")


@pytest.mark.parametrize("schedule", ["[{linear: , epochs: 1}, constant]", "{linear: , epochs: 2}"])
def test_schedules_as_long_as_training_are_taken(written, schedule):
    assert together(written(f"schedule: {schedule}\n")) == []
