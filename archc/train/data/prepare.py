"""Image files to the input of a trained network."""

from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from archc.recipe.data import Numbers
from archc.recipe.model import Recipe
from archc.samples.files import ImageFiles
from archc.samples.samples import DataError
from archc.train.data.batches import input_size
from archc.train.data.loading import Loading, fit
from archc.train.data.normalise import Normalise
from archc.train.data.transforms import composed


class Prepared(NamedTuple):
    """An image as the input of a network.

    Args:
        batch: a normalised batch of one image.
        scaled_from: height and width after the transforms, if the image was then scaled to the
            network's input size.
    """

    batch: Tensor
    scaled_from: tuple[int, int] | None


def prepare(path: Path, recipe: Recipe, numbers: Numbers | None) -> Prepared:
    """Return an image file as the input of a network: transformed, scaled and normalised.

    A network with one input channel receives gray images; any other, RGB.

    Raises:
        DataError: the file cannot be read, or the image does not fit the network.
    """
    size = input_size(recipe)
    channels = 1 if _gray(recipe, size) else 3
    files = ImageFiles([str(path)], [0], channels)
    read = Loading(files, composed(recipe.data.test_transforms), recipe.seed, None)[0, 0]
    if isinstance(read, DataError):
        raise read
    image, before = read[0], tuple(read[0].shape[1:])
    wanted = _wanted(recipe, size, before)
    if wanted != before:
        image = _scaled(image, wanted)
    fit(image, size, str(path))
    _fit_features(image, recipe, str(path))
    normalise = Normalise(numbers, flat=size is None, channels_last=recipe.channels_last)
    scaled_from = None if wanted == before else (before[0], before[1])
    return Prepared(normalise(image.unsqueeze(0)), scaled_from)


def _wanted(recipe: Recipe, size: tuple[int, ...] | None, has: tuple[int, ...]) -> tuple[int, ...]:
    """Return the height and width of the network's input, which may follow from its data set."""
    if size is not None:
        return size[1:]
    known = recipe.data.source
    if recipe.data.test_transforms or known.height is None or known.width is None:
        return has
    return known.height, known.width


def _scaled(image: Tensor, size: tuple[int, ...]) -> Tensor:
    from torchvision.transforms.v2 import functional

    scaled: Tensor = functional.resize(image, list(size), antialias=True)
    return scaled


def _fit_features(image: Tensor, recipe: Recipe, name: str) -> None:
    shape = recipe.graph.input.shape
    if len(shape) == 1 and image.numel() != shape[0]:
        has = "×".join(map(str, image.shape))
        raise DataError(name, f"it is {has}, but the network takes a vector of {shape[0]}")


def _gray(recipe: Recipe, size: tuple[int, ...] | None) -> bool:
    """Whether the network takes gray images; for one that takes a vector its data set decides."""
    return size[0] == 1 if size is not None else recipe.data.source.channels == 1
