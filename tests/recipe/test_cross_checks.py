"""Checks of parts against each other run as soon as those parts are valid, whatever else is not."""

import pytest

from archc.diagnostics import Diagnostics
from archc.recipe.read import read_recipe

SPEC = "archc: 1\ninput: [1, 8, 8]\nlayers: [{conv: 4, kernel: 3}, flatten, {linear: 10}]\n"
NORMED = "archc: 1\ninput: [1, 8, 8]\nlayers: [flatten, {linear: 8}, batch_norm, {linear: 10}]\n"
RECIPE = """archc: 1
spec: spec.yaml
data:
  digits:
  workers: WORKERS
  batch_size: 32
optimizer: OPTIMIZER
epochs: 2
schedule: SCHEDULE
seed: SEED
"""
VALID = {"WORKERS": "0", "OPTIMIZER": "sgd", "SCHEDULE": "constant", "SEED": "0"}


@pytest.fixture
def problems(tmp_path):
    """Return a function that writes a recipe with some values, and returns codes and lines."""

    def read(spec=SPEC, swaps=(), **values):
        text = RECIPE
        for old, new in [*(VALID | values).items(), *swaps]:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "spec.yaml").write_text(spec)
        (tmp_path / "recipe.yaml").write_text(text)
        diagnostics = Diagnostics()
        read_recipe(str(tmp_path / "recipe.yaml"), diagnostics)
        return [(each.problem.code, each.span.line) for each in diagnostics]

    return read


def test_a_valid_recipe_has_no_problems(problems):
    assert problems() == []


WRONG = [{"SEED": "-1"}, {"WORKERS": "x"}]
every_wrong = pytest.mark.parametrize(
    ("values", "line"), [(WRONG[0], 10), (WRONG[1], 5)], ids=["seed", "workers"]
)


@every_wrong
def test_the_data_is_checked_against_the_network(problems, values, line):
    other = SPEC.replace("linear: 10", "linear: 7")
    assert sorted(problems(other, **values)) == sorted([("AR501", 4), ("AR301", line)])


@every_wrong
def test_batches_are_checked_against_batch_norms(problems, values, line):
    size = ("batch_size: 32", "batch_size: 1")
    assert sorted(problems(NORMED, [size], **values)) == sorted([("AR503", 6), ("AR301", line)])


@every_wrong
def test_the_optimizer_is_checked_against_the_network(problems, values, line):
    assert sorted(problems(OPTIMIZER="muon", **values)) == sorted([("AR301", 7), ("AR301", line)])


@every_wrong
def test_the_momentum_is_checked_against_the_schedule(problems, values, line):
    found = problems(OPTIMIZER="adagrad", SCHEDULE="{one_cycle: {max_lr: 0.1}}", **values)
    assert sorted(found) == sorted([("AR301", 9), ("AR301", line)])


@every_wrong
def test_the_epochs_are_checked_against_the_schedule(problems, values, line):
    found = problems(SCHEDULE="[{linear: , epochs: 7}]", **values)
    assert sorted(found) == sorted([("AR301", 9), ("AR301", line)])


@every_wrong
def test_the_optimizer_is_checked_against_parallel(problems, values, line):
    found = problems(swaps=[("seed:", "parallel: fsdp\nseed:")], OPTIMIZER="rprop", **values)
    assert ("AR301", 7) in found
    assert ("AR301", line + (line > 9)) in found


def test_a_part_that_is_wrong_is_checked_against_nothing(problems):
    other = SPEC.replace("linear: 10", "linear: 7")
    assert problems(other, swaps=[("digits:", "digts:")]) == [("AR201", 4)]
    assert problems(OPTIMIZER="{muon: {lr: -1}}") == [("AR301", 7)]
    assert problems(other.replace("flatten", "flaten")) == [("AR204", 3)]


def test_a_wrong_spec_hides_nothing_of_the_recipe(problems):
    found = problems(SPEC.replace("flatten", "flaten"), SCHEDULE="[{linear: , epochs: 7}]")
    assert sorted(found) == [("AR204", 3), ("AR301", 9)]
