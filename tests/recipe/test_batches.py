"""Batches that a batch norm cannot take are reported before the first step, where torch raises."""

from itertools import product

import pytest
import torch

from archc.diagnostics import Diagnostics
from archc.module.live import compile_graph
from archc.recipe.batches import Split
from archc.recipe.read import read_recipe
from archc.train.data.opening import open_data
from archc.train.data.order import Plan
from archc.train.problems import UnfitDataError
from archc.train.processes import Processes
from archc.train.session import _require_batches

VECTOR = "archc: 1\ninput: [1, 8, 8]\nlayers: [flatten, {linear: 8}, batch_norm, {linear: 10}]\n"
POOLED = """archc: 1
input: [1, 8, 8]
layers:
  conv: {conv: 4, kernel: 3}
  pool: {adaptive_avg_pool: 1}
  norm: batch_norm
  flatten: flatten
  out: {linear: 10}
"""
MAP = POOLED.replace("pool: {adaptive_avg_pool: 1}", "pool: {adaptive_avg_pool: [1, 2]}")
NO_AVERAGES = POOLED.replace("norm: batch_norm", "norm: {batch_norm: , track_running_stats: false}")
HEADED = """archc: 1
input: [1, 8, 8]
layers: {conv: {conv: 4, kernel: 3}, flat: flatten, out: {linear: 10}}
auxiliary:
  aux: {from: conv, loss_weight: 0.3, layers: [flatten, {linear: 8}, batch_norm, {linear: 10}]}
"""
RECIPE = (
    "archc: 1\nspec: small.yaml\ndata: {digits: , batch_size: SIZE}\noptimizer: sgd\nepochs: 1\n"
)
TRAIN, TEST = 1438, 359  # of the digits


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a recipe, and returns it with its errors."""

    def of(spec, size, extra="", data="digits: "):
        (tmp_path / "small.yaml").write_text(spec)
        text = RECIPE.replace("SIZE", str(size)).replace("digits: ", data) + extra
        (tmp_path / "recipe.yaml").write_text(text)
        diagnostics = Diagnostics()
        return read_recipe(str(tmp_path / "recipe.yaml"), diagnostics), diagnostics.errors

    return of


def test_the_smallest_batch_is_that_of_the_plan():
    for total, size, accumulate, world in product(range(1, 40), range(1, 8), (1, 2, 3), (1, 2, 3)):
        plans = [Plan(total, size, accumulate, rank, world, 0) for rank in range(world)]
        smallest = min(len(share.indices) for plan in plans for share in plan.shares(0))
        split = Split("training", total, accumulate, world)
        assert (split.smallest(size) == 1) == (smallest == 1), (total, size, accumulate, world)


@pytest.mark.parametrize("total", [2, 3, 7, 30, 1438])
@pytest.mark.parametrize("size", [1, 2, 29, 64])
@pytest.mark.parametrize(("accumulate", "world"), [(1, 1), (4, 1), (1, 3), (2, 2)])
def test_the_batch_size_of_the_help_leaves_no_batch_of_one(total, size, accumulate, world):
    split = Split("training", total, accumulate, world)
    fitting = split.fitting(size)
    if fitting is None:
        assert all(split.smallest(each) == 1 for each in range(2, total + 1))
    else:
        assert split.smallest(fitting) > 1


def test_what_is_known_of_the_digits_is_so(read):
    found = open_data(read(VECTOR, 64)[0], Diagnostics())
    assert (len(found.train), len(found.test)) == (TRAIN, TEST)


@pytest.mark.parametrize("spec", [VECTOR, POOLED, HEADED])
@pytest.mark.parametrize(
    ("size", "extra", "message"),
    [
        (1, "", "each training batch is of 1 sample"),
        (479, "", "1,438 training samples in batches of 479 leave a last batch of 1"),
        (
            5,
            "accumulate: 287\n",
            "in batches of 5 (287 accumulated) leave a batch of 1 in the last",
        ),
    ],
)
def test_a_batch_of_one_is_an_error_at_the_batch_size(read, spec, size, extra, message):
    _, (error,) = read(spec, size, extra)
    assert error.problem.code == "AR503"
    assert message in error.problem.message()
    assert (error.span.line, error.span.column) == (3, 30)
    (label,) = error.labels
    assert label.span.source.name.endswith("small.yaml")
    assert "one value per channel" in label.text


@pytest.mark.parametrize(
    ("spec", "size"), [(MAP, 1), (MAP, 479), (VECTOR, 64), (POOLED, 2), (POOLED, 480)]
)
def test_other_networks_and_sizes_are_fine(read, spec, size):
    assert read(spec, size)[1] == []


def test_the_help_is_a_batch_size_that_is_fine(read):
    _, (error,) = read(POOLED, 479)
    assert "`batch_size: 478` leaves no batch of 1" in error.problem.help()
    assert read(POOLED, 478)[1] == []


def test_without_running_averages_the_test_split_counts_too(read):
    _, (error,) = read(NO_AVERAGES, 179)
    assert "359 test samples in batches of 179 leave a last batch of 1" in error.problem.message()
    assert read(POOLED, 179)[1] == []


def test_an_override_is_where_it_is_reported(tmp_path, read):
    read(POOLED, 64)
    diagnostics = Diagnostics()
    read_recipe(str(tmp_path / "recipe.yaml"), diagnostics, [("data.batch_size", "1")])
    (error,) = diagnostics.errors
    assert (error.problem.code, error.span.source.name) == ("AR503", "--set")


def test_what_only_the_data_shows_is_reported_when_it_is_open(read):
    folder = "image_folder: pictures, test_split: 0.2"
    recipe, errors = read(VECTOR, 719, data=folder)
    assert errors == []
    assert read(VECTOR, 1, data=folder)[1] != []
    counted = open_data(read(VECTOR, 64)[0], Diagnostics())
    _require_batches(recipe, counted, Processes())  # 1438 = 2 · 719
    with pytest.raises(UnfitDataError) as refused:
        _require_batches(recipe, counted._replace(train=Counted(720)), Processes())
    (error,) = refused.value.diagnostics
    assert "720 training samples in batches of 719 leave a last batch of 1" in str(error)


class Counted:
    """Samples that are only counted."""

    def __init__(self, number):
        self.number = number

    def __len__(self):
        return self.number


@pytest.mark.parametrize("spec", [VECTOR, POOLED])
def test_torch_refuses_what_is_refused_and_takes_two(read, spec):
    recipe, _ = read(spec, 64)
    model = compile_graph(recipe.graph, 0).train()
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        model(torch.rand(1, 1, 8, 8))
    assert model(torch.rand(2, 1, 8, 8)).shape == (2, 10)
