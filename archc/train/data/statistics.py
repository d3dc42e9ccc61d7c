"""The mean and the standard deviation of each channel, the true ones over all pixels."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from archc.recipe.data import Numbers
from archc.recipe.model import Recipe
from archc.samples.samples import DataError, Samples
from archc.samples.workers import quiet, reported_workers
from archc.train.data.batches import advice_on, taken
from archc.train.data.loading import Loading
from archc.train.data.settled import settled
from archc.train.data.transforms import composed

_CHUNK = 1024


def statistics(recipe: Recipe, train: Samples) -> Numbers | None:
    """Return what a recipe normalises by: its own numbers, or those of the training split.

    They are of the pixels after the test transforms, scaled to 0 … 1.

    Raises:
        DataError: an image cannot be read.
    """
    data = recipe.data
    if data.normalize != "computed":
        return None if data.normalize is None else data.normalize.numbers
    samples, left = settled(train, data.test_transforms)
    if samples.stacked is not None and not left:
        return numbers_of(_chunks(samples.stacked))
    size = taken(recipe)
    advice = advice_on(data.test_transforms, "test_transforms", size)
    loading = Loading(samples, composed(left), recipe.seed, size, advice)
    return numbers_of(_images(loading, data.workers))


def _chunks(whole: Tensor) -> Iterable[Tensor]:
    for begin in range(0, len(whole), _CHUNK):
        yield whole[begin : begin + _CHUNK]


def _images(loading: Loading, workers: int) -> Iterable[Tensor]:
    loader: DataLoader[Any] = DataLoader(
        loading,  # type: ignore[arg-type]  # it is asked by (epoch, index)
        sampler=[(0, index) for index in range(len(loading.samples))],
        batch_size=None,
        collate_fn=_as_it_is,
        num_workers=workers,
        worker_init_fn=quiet,
        generator=torch.Generator(),
    )
    with reported_workers():
        for read in loader:
            if isinstance(read, DataError):
                raise DataError(*read.args)  # anew, as batches are told
            yield read[0].unsqueeze(0)


def _as_it_is(read: object) -> object:
    return read


def numbers_of(images: Iterable[Tensor]) -> Numbers:
    """Return mean and standard deviation of uint8 images, N × C × H × W each, scaled to 0 … 1.

    Pixels have 256 values: counting each is exact, and what follows is float64.
    """
    counts: Tensor | None = None
    for some in images:
        pixels = some.transpose(0, 1).flatten(1)
        found = torch.stack([torch.bincount(each, minlength=256) for each in pixels])
        counts = found if counts is None else counts + found
    assert counts is not None, "there are no images"
    values = torch.arange(256, dtype=torch.float64) / 255
    shares = counts.double() / counts.sum(1, keepdim=True)
    mean = shares @ values
    variance = (shares * (values - mean.unsqueeze(1)).square()).sum(1)
    return Numbers(tuple(mean.tolist()), tuple(variance.sqrt().tolist()))
