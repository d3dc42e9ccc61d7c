"""The exact mean and standard deviation of each channel over all pixels."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from archc.recipe.data import Numbers
from archc.recipe.model import Recipe
from archc.samples.samples import DataError, Samples
from archc.samples.workers import ignore_signals, unchanged, worker_errors
from archc.train.data.batches import advice_on, input_size
from archc.train.data.loading import Loading
from archc.train.data.precomputed import precomputed
from archc.train.data.transforms import composed

_CHUNK = 1024


def statistics(recipe: Recipe, train: Samples) -> Numbers | None:
    """Return the mean and standard deviation of a recipe: its own, or those of `train`.

    They are computed from the pixels after the test transforms, scaled to 0 … 1.

    Raises:
        DataError: an image cannot be read.
    """
    data = recipe.data
    if data.normalize != "computed":
        return data.normalize.numbers if data.normalize else None
    samples, remaining = precomputed(train, data.test_transforms)
    if samples.stacked is not None and not remaining:
        return numbers_of(_chunks(samples.stacked))
    size = input_size(recipe)
    advice = advice_on(data.test_transforms, "test_transforms", size)
    loading = Loading(samples, composed(remaining), recipe.seed, size, advice)
    return numbers_of(_images(loading, data.workers))


def _chunks(whole: Tensor) -> Iterable[Tensor]:
    for begin in range(0, len(whole), _CHUNK):
        yield whole[begin : begin + _CHUNK]


def _images(loading: Loading, workers: int) -> Iterable[Tensor]:
    loader: DataLoader[Any] = DataLoader(
        loading,  # type: ignore[arg-type]  # its keys are (epoch, index)
        sampler=[(0, index) for index in range(len(loading.samples))],
        batch_size=None,
        collate_fn=unchanged,
        num_workers=workers,
        worker_init_fn=ignore_signals,
        generator=torch.Generator(),
    )
    with worker_errors():
        for read in loader:
            if isinstance(read, DataError):
                raise DataError(*read.args)  # a new error, as for batches
            yield read[0].unsqueeze(0)


def numbers_of(images: Iterable[Tensor]) -> Numbers:
    """Return mean and standard deviation of uint8 images, N × C × H × W each, scaled to 0 … 1.

    The counts of the 256 values are exact; the rest is computed in float64.
    """
    counts: Tensor | None = None
    for chunk in images:
        pixels = chunk.transpose(0, 1).flatten(1)
        histograms = torch.stack([torch.bincount(channel, minlength=256) for channel in pixels])
        counts = histograms if counts is None else counts + histograms
    assert counts is not None, "there are no images"
    values = torch.arange(256, dtype=torch.float64) / 255
    shares = counts.double() / counts.sum(1, keepdim=True)
    mean = shares @ values
    variance = (shares * (values - mean.unsqueeze(1)).square()).sum(1)
    return Numbers(tuple(mean.tolist()), tuple(variance.sqrt().tolist()))
