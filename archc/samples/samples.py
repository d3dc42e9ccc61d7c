"""Labelled images, in memory or in files."""

import hashlib
import os
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from archc.samples.seeds import seed_of


class DataError(Exception):
    """A sample that cannot be read or does not fit the network: the file and the reason."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot use {self.path}: {self.reason}"


class UnusableError(Exception):
    """A data set that cannot be opened: the reason, and how to fix it."""

    def __init__(self, reason: str, advice: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


class Samples(Protocol):
    """Labelled images.

    `labels` is int64; images are uint8, C × H × W each.
    """

    labels: Tensor

    @property
    def stacked(self) -> Tensor | None:
        """All images as one tensor, if they are in memory."""
        ...

    def __len__(self) -> int: ...

    def image(self, index: int) -> Tensor:
        """Return an image, uint8, C × H × W; raises DataError if it cannot be read."""
        ...

    def named(self, index: int) -> str:
        """Return the name of a sample for messages."""
        ...


class InMemory:
    """Samples in one tensor of images, uint8, N × C × H × W."""

    def __init__(self, stacked: Tensor, labels: Tensor) -> None:
        self.stacked = stacked
        self.labels = labels.long()

    def __len__(self) -> int:
        return len(self.labels)

    def image(self, index: int) -> Tensor:
        """Return an image, uint8, C × H × W."""
        return self.stacked[index]

    def named(self, index: int) -> str:
        """Return its number."""
        return f"sample {index}"


class Splits(NamedTuple):
    """The splits of a data set.

    Args:
        train: the samples to learn from.
        test: the samples to evaluate.
        classes: class names, in the order of the labels.
        skipped: the images that are left out because they cannot be read, each with the reason.
        remarks: further notes for the user, one line each.
    """

    train: Samples
    test: Samples
    classes: tuple[str, ...]
    skipped: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def digest(self) -> str:
        """Return a digest of the names, the labels and the order of all samples."""
        digest = hashlib.blake2b(digest_size=16)
        for samples in (self.train, self.test):
            names = [os.path.basename(samples.named(index)) for index in range(len(samples))]
            digest.update(repr((names, samples.labels.tolist())).encode())
        return digest.hexdigest()


class Asked(NamedTuple):
    """What a recipe requires of a data set.

    Args:
        channels: the number of channels of its images.
        seed: the seed of a random split.
        skip: whether to leave out images that cannot be read.
        workers: processes that check the images.
    """

    channels: int
    seed: int
    skip: bool
    workers: int = 0


def stratified(labels: Tensor, share: float, seed: int) -> tuple[list[int], list[int]]:
    """Split the indices of `labels` in two parts; the second has a `share` of each class.

    Both parts are in ascending order. A class of at least two samples is in both parts.
    """
    first: list[int] = []
    second: list[int] = []
    for label in sorted(set(labels.tolist())):
        mine = (labels == label).nonzero().flatten()
        generator = torch.Generator().manual_seed(seed_of(seed, label))
        mine = mine[torch.randperm(len(mine), generator=generator)]
        count = min(max(round(share * len(mine)), 1), len(mine) - 1)
        second += mine[:count].tolist()
        first += mine[count:].tolist()
    return sorted(first), sorted(second)
