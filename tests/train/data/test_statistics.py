import numpy
import pytest
import torch

from archc.train.data.statistics import numbers_of


def test_mean_and_deviation_are_those_of_float64_over_all_pixels():
    images = torch.randint(0, 256, (50, 3, 7, 5), dtype=torch.uint8)
    images[:, 1] //= 3
    found = numbers_of(images.split(13))
    exact = images.numpy().astype(numpy.float64) / 255
    assert found.mean == pytest.approx(exact.mean((0, 2, 3)), rel=1e-12)
    assert found.std == pytest.approx(exact.std((0, 2, 3)), rel=1e-12)


def test_images_may_differ_in_size():
    images = [torch.zeros(1, 1, 2, 2, dtype=torch.uint8), torch.full((1, 1, 1, 4), 255).byte()]
    found = numbers_of(images)
    assert (found.mean, found.std) == ((0.5,), (0.5,))
