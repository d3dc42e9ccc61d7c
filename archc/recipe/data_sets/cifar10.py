"""``cifar10``: ``torchvision.datasets.CIFAR10``.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.CIFAR10.html
"""

from typing import TYPE_CHECKING

from archc.recipe.data_sets.base.kind import DataSet
from archc.recipe.data_sets.base.settings import Download, Root

if TYPE_CHECKING:
    from archc.samples.samples import Asked, Splits


class Cifar10(DataSet):
    """60,000 photographs of 32 × 32 pixels, of ten classes."""

    principal = "root"
    channels = 3
    height = 32
    width = 32
    classes = 10
    train_samples = 50_000
    test_samples = 10_000

    root: Root
    download: Download = False

    def open_splits(self, asked: "Asked") -> "Splits":
        """Return torchvision's two splits."""
        from torchvision.datasets import CIFAR10

        from archc.samples.of_torchvision import in_memory

        return in_memory(CIFAR10, self.given)
