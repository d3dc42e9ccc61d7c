import pytest
import torch
from sklearn.datasets import load_sample_image

from archc.recipe.doors import TRANSFORMS
from archc.samples.samples import InMemory
from archc.train.data import precomputed as room
from archc.train.data.precomputed import precomputed
from archc.train.data.transforms import composed


def call(name, **settings):
    return TRANSFORMS.find(name)(**settings)


CALLS = [
    [call("resize", size=size, interpolation=kind, antialias=smooth)]
    for size in (20, (50, 33))
    for kind in ("nearest", "nearest-exact", "bilinear", "bicubic")
    for smooth in (True, False)
]
CALLS += [
    [call("center_crop", size=12)],
    [call("pad", padding=(1, 2, 3, 4), fill=7)],
    [call("pad", padding=2, padding_mode="reflect")],
    [call("grayscale"), call("rgb")],
    [call("resize", size=40), call("center_crop", size=32), call("grayscale")],
]


@pytest.fixture(scope="module", params=[1, 3])
def images(request):
    whole = torch.tensor(load_sample_image("flower.jpg")).permute(2, 0, 1)[: request.param]
    parts = [whole[:, 9 * i : 9 * i + 30, 13 * i : 13 * i + 28] for i in range(40)]
    return InMemory(torch.stack(parts), torch.arange(40))


@pytest.mark.parametrize("calls", CALLS)
def test_not_a_bit_differs_from_image_by_image(images, calls, monkeypatch):
    monkeypatch.setattr(room, "_CHUNK", 7)
    found, left = precomputed(images, calls)
    assert list(left) == []
    each = [composed(calls)(image) for image in images.stacked]
    assert torch.equal(found.stacked, torch.stack(each))
    assert torch.equal(found.labels, images.labels)


def test_from_the_first_that_draws_the_transforms_are_left(images):
    calls = [call("resize", size=40), call("random_crop", size=32), call("pad", padding=1)]
    found, left = precomputed(images, calls)
    assert found.stacked.shape[2:] == (42, 40)
    assert list(left) == calls[1:]


def test_what_takes_too_much_room_is_left_for_later(images, monkeypatch):
    monkeypatch.setattr(room, "_MAX_BYTES", images.stacked.numel())
    calls = [call("resize", size=40)]
    assert precomputed(images, calls) == (images, calls)
