"""Images in memory, transformed once by what gives the same result in every epoch."""

from collections.abc import Sequence
from itertools import takewhile

import torch

from archc.recipe.transforms.base.kind import Transform
from archc.samples.samples import InMemory, Samples
from archc.train.data.transforms import composed

_CHUNK = 1024
_MAX_BYTES = 2**30
"""The most bytes of transformed images; larger ones are transformed on access."""


def precomputed(
    samples: Samples, transforms: Sequence[Transform]
) -> tuple[Samples, Sequence[Transform]]:
    """Return `samples` after the first transforms, up to a random one, and the others.

    The result is equal to the bit to transforming each image on access. Samples in files, and those
    that would take too much memory, are returned unchanged with all transforms.
    """
    once = list(takewhile(lambda one: not one.random, transforms))
    transform = composed(once)
    if samples.stacked is None or transform is None:
        return samples, transforms
    stacked = samples.stacked
    if transform(stacked[0]).numel() * len(stacked) > _MAX_BYTES:
        return samples, transforms
    begins = range(0, len(stacked), _CHUNK)
    images = torch.cat([transform(stacked[begin : begin + _CHUNK]) for begin in begins])
    return InMemory(images, samples.labels), transforms[len(once) :]
