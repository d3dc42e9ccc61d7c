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
    """Return `samples` transformed by the first transforms, up to one that draws, and the others.

    Not a bit differs from transforming each image when it is needed. Samples that are files, or
    would take too much room, are returned as they are, with all transforms.
    """
    once = list(takewhile(lambda one: not one.random, transforms))
    transform = composed(once)
    if samples.stacked is None or transform is None:
        return samples, transforms
    images = samples.stacked
    if transform(images[0]).numel() * len(images) > _ROOM:
        return samples, transforms
    begins = range(0, len(images), _CHUNK)
    found = torch.cat([transform(images[begin : begin + _CHUNK]) for begin in begins])
    return InMemory(found, samples.labels), transforms[len(once) :]
