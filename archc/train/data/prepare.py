"""Image files on their way to a trained network."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from archc.recipe.model import Numbers, Recipe
from archc.train.data.batches import taken
from archc.train.data.files import ImageFiles
from archc.train.data.loading import Loading
from archc.train.data.normalise import Normalise
from archc.train.data.samples import DataError
from archc.train.data.transforms import composed


def prepare(paths: Sequence[Path], recipe: Recipe, numbers: Numbers | None) -> Tensor:
    """Return image files as a network is fed them: test transforms, scaled, normalised.

    A network of one channel is shown gray images; any other, RGB.

    Raises:
        DataError: a file cannot be read, or has not the size that the network takes.
    """
    size = taken(recipe)
    channels = 1 if _gray(recipe, size) else 3
    files = ImageFiles(list(map(str, paths)), [0] * len(paths), channels)
    loading = Loading(files, composed(recipe.data.test_transforms), recipe.seed, size)
    images = []
    for index in range(len(files)):
        read = loading[0, index]
        if isinstance(read, DataError):
            raise read
        images.append(read[0])
    normalise = Normalise(numbers, flat=size is None, channels_last=recipe.channels_last)
    return normalise(torch.stack(images))


def _gray(recipe: Recipe, size: tuple[int, ...] | None) -> bool:
    """Whether the network takes gray images; one that takes a vector is told by its data set."""
    from archc.recipe.datasets import DATASETS

    return size[0] == 1 if size is not None else DATASETS[recipe.data.source.name].channels == 1
