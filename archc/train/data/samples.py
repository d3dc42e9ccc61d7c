"""Labelled images, in memory or in files."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from archc.train.data.order import seed_of


class DataError(Exception):
    """A sample cannot be read, or is not what the network takes: the file, and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"cannot use {self.args[0]}: {self.args[1]}"


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


class ImageFiles:
    """Samples that are image files, decoded when they are asked for.

    As torchvision's ``ImageFolder`` reads them: turned into `channels` 3 (RGB) or 1 (gray), not
    turned by what EXIF says.
    """

    stacked: None = None

    def __init__(self, paths: Sequence[str], labels: Sequence[int], channels: int) -> None:
        self.paths = list(paths)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.channels = channels

    def __len__(self) -> int:
        return len(self.paths)

    def image(self, index: int) -> Tensor:
        """Return an image, uint8, C × H × W; raises DataError where it cannot be read."""
        return decoded(self.paths[index], self.channels)

    def named(self, index: int) -> str:
        """Return its path."""
        return self.paths[index]


def decoded(path: str | Path, channels: int) -> Tensor:
    """Return the image in a file, uint8, channels × H × W: gray for one channel, else RGB.

    Raises:
        DataError: it is not there, or is no whole image.
    """
    from PIL import Image
    from torchvision.transforms.v2.functional import pil_to_tensor

    try:
        with Image.open(path) as image:
            found: Tensor = pil_to_tensor(image.convert("L" if channels == 1 else "RGB"))
    except Exception as error:  # Pillow's decoders raise whatever a broken file makes them meet
        raise DataError(str(path), why(error)) from error
    return found


def why(error: Exception) -> str:
    """Return in one line why an image cannot be read."""
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "it is empty, or not an image"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).splitlines()[0] if str(error) else type(error).__name__


class Splits(NamedTuple):
    """What a data set consists of.

    Args:
        train: the samples to learn from.
        test: the samples that are only looked at.
        classes: their names, in the order of the labels.
        skipped: images that cannot be read and are left out.
    """

    train: Samples
    test: Samples
    classes: tuple[str, ...]
    skipped: int = 0


class Asked(NamedTuple):
    """What a data set is asked for: images of so many channels, a seed for what it splits."""

    channels: int
    seed: int
    skip: bool


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
