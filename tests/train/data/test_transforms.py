"""What a transform draws is a function of seed, epoch and index alone."""

import random

import numpy
import pytest
import torch
from given_settings import GIVEN
from sklearn.datasets import load_sample_image
from torch.utils.data import DataLoader

from archc.recipe.doors import TRANSFORMS
from archc.samples.samples import InMemory
from archc.train.data.loading import Loading
from archc.train.data.transforms import composed

RANDOM = [kind.name for kind in TRANSFORMS if kind.random]
COUNT = 8
# What makes a transform draw at all, or fit so small an image.
TELLING = {
    "color_jitter": {"brightness": 0.5, "contrast": 0.5, "saturation": 0.5, "hue": 0.2},
    "elastic_transform": {"sigma": 2.0},
    "random_shortest_size": {"min_size": (20, 30, 40)},
}


@pytest.fixture(scope="module")
def photographs():
    """Parts of a photograph of 48 × 40 pixels."""
    whole = torch.tensor(load_sample_image("china.jpg")).permute(2, 0, 1)
    parts = [whole[:, 40 * i : 40 * i + 48, 50 * i : 50 * i + 40] for i in range(COUNT)]
    return InMemory(torch.stack(parts), torch.zeros(COUNT))


def loading(samples, name, seed=0):
    kind = TRANSFORMS.find(name)
    settings = {n: GIVEN[n] for n, info in kind.model_fields.items() if info.is_required()}
    if "p" in kind.model_fields:
        settings["p"] = 0.5
    settings |= TELLING.get(name, {})
    return Loading(samples, composed([kind(**settings)]), seed, None)


def read(found, epoch):
    return [found[epoch, index][0] for index in range(COUNT)]


def same(first, second):
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def seed_all(seed):
    torch.manual_seed(seed)
    numpy.random.seed(seed)
    random.seed(seed)


@pytest.mark.parametrize("name", RANDOM)
def test_generators_of_others_change_nothing_and_are_left_alone(photographs, name):
    found = loading(photographs, name)
    seed_all(1)
    first = read(found, epoch=3)
    seed_all(2)
    states = torch.get_rng_state(), numpy.random.get_state()[1].copy(), random.getstate()
    assert same(first, read(found, epoch=3))
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (numpy.random.get_state()[1] == states[1]).all()
    assert random.getstate() == states[2]


@pytest.mark.parametrize("name", RANDOM)
def test_another_epoch_another_index_and_another_seed_draw_otherwise(photographs, name):
    found = loading(photographs, name)
    first = read(found, epoch=0)
    assert not same(first, read(found, epoch=1))
    assert not same(first, read(loading(photographs, name, seed=1), epoch=0))
    one = InMemory(photographs.stacked[:1].expand(COUNT, -1, -1, -1), photographs.labels)
    drawn = read(loading(one, name), epoch=0)
    assert not all(torch.equal(each, drawn[0]) for each in drawn)


class OfAll:
    """A batch for each random transform."""

    def __init__(self, samples):
        self.samples = samples

    def __len__(self):
        return len(RANDOM)

    def __getitem__(self, number):
        return read(loading(self.samples, RANDOM[number]), epoch=2)


def test_workers_draw_the_same(photographs):
    here = OfAll(photographs)
    there = DataLoader(here, batch_size=None, num_workers=2, collate_fn=list)
    for name, first, second in zip(
        RANDOM, map(here.__getitem__, range(len(here))), there, strict=True
    ):
        assert same(first, second), name


@pytest.mark.parametrize("name", [name for name in TRANSFORMS.names() if name not in RANDOM])
def test_what_is_not_random_draws_nothing_and_gives_pixels(photographs, name):
    before = torch.get_rng_state()
    found = loading(photographs, name).transform(photographs.image(0))
    assert torch.equal(torch.get_rng_state(), before)
    assert found.dtype == torch.uint8
