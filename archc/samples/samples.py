"""Labelled images, in memory or in files."""

import hashlib
import os
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from archc.samples.seeds import seed_of


class DataError(Exception):
    """A sample cannot be read, or is not what the network takes: the file, and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot use {self.path}: {self.reason}"


class UnusableError(Exception):
    """A data set that cannot be used, before its first sample: why, and what to do."""

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
        """All images, where they are in memory."""
        ...

    def __len__(self) -> int: ...

    def image(self, index: int) -> Tensor:
        """Return an image, uint8, C × H × W; raises DataError where it cannot be read."""
        ...

    def named(self, index: int) -> str:
        """Return what to call a sample when telling a person about it."""
        ...


class InMemory:
    """Samples that are one tensor of images, uint8, N × C × H × W."""

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
    """What a data set consists of.

    Args:
        train: the samples to learn from.
        test: the samples that are only looked at.
        classes: their names, in the order of the labels.
        skipped: the images that cannot be read and are left out, each with why.
        remarks: what else a user should know of it, a line each.
    """

    train: Samples
    test: Samples
    classes: tuple[str, ...]
    skipped: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def digest(self) -> str:
        """Return what differs where a split has other samples, or has them in another order."""
        found = hashlib.blake2b(digest_size=16)
        for samples in (self.train, self.test):
            names = [os.path.basename(samples.named(index)) for index in range(len(samples))]
            found.update(repr((names, samples.labels.tolist())).encode())
        return found.hexdigest()


class Asked(NamedTuple):
    """What a data set is asked for.

    Args:
        channels: of its images.
        seed: of what it splits.
        skip: whether images that cannot be read are left out.
        workers: processes that may find out which.
    """

    channels: int
    seed: int
    skip: bool
    workers: int = 0


def stratified(labels: Tensor, share: float, seed: int) -> tuple[list[int], list[int]]:
    """Split the indices of `labels` so that each class gives its `share` to the second part.

    Both parts are in ascending order. A class of two samples or more is in both parts.
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
