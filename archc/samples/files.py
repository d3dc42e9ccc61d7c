"""Labelled images in files."""

from collections.abc import Sequence

import torch
from torch import Tensor

from archc.samples.decoding import decoded


class ImageFiles:
    """Samples in image files, decoded on access.

    As in torchvision's ``ImageFolder``, the EXIF orientation is not applied. Images are converted
    to 3 `channels` (RGB) or 1 (gray).
    """

    stacked: None = None

    def __init__(self, paths: Sequence[str], labels: Sequence[int], channels: int) -> None:
        self.paths = list(paths)
        self.labels = torch.tensor(labels, dtype=torch.int64)
        self.channels = channels

    def __len__(self) -> int:
        return len(self.paths)

    def image(self, index: int) -> Tensor:
        """Return an image, uint8, C × H × W; raises DataError if it cannot be read."""
        return decoded(self.paths[index], self.channels)

    def named(self, index: int) -> str:
        """Return its path."""
        return self.paths[index]
