"""Pixels 0 … 255 to the normalised input of a network, batch by batch."""

import torch
from torch import Tensor

from archc.recipe.data import Numbers


class Normalise:
    """Scales to 0 … 1, subtracts the mean and divides by the deviation of each channel.

    The results are those of torchvision's ``ToTensor`` and ``Normalize``, bit for bit. A constant
    channel, of deviation 0, is only centred.
    """

    def __init__(self, numbers: Numbers | None, flat: bool, channels_last: bool) -> None:
        self.mean = self.std = None
        if numbers is not None:
            self.mean = torch.tensor(numbers.mean).view(-1, 1, 1)
            std = torch.tensor(numbers.std).view(-1, 1, 1)
            self.std = torch.where(std == 0, 1.0, std)
        self.flat = flat
        self.channels_last = channels_last

    def __call__(self, images: Tensor) -> Tensor:
        """Return float32 for uint8 images, N × C × H × W; N × C·H·W for a flat network."""
        pixels = images.to(torch.float32).div_(255)
        if self.mean is not None and self.std is not None:
            pixels.sub_(self.mean).div_(self.std)
        if self.flat:
            return pixels.flatten(1)
        if self.channels_last:
            return pixels.contiguous(memory_format=torch.channels_last)
        return pixels
