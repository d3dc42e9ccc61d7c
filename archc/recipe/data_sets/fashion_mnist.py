"""``fashion_mnist``: ``torchvision.datasets.FashionMNIST``.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.FashionMNIST.html
"""

from typing import TYPE_CHECKING

from archc.recipe.data_sets.base.kind import DataSet
from archc.recipe.data_sets.base.settings import Download, Root

if TYPE_CHECKING:
    from archc.samples.samples import Asked, Splits


class FashionMnist(DataSet):
    """70,000 pieces of clothing of 28 × 28 pixels."""

    principal = "root"
    channels = 1
    height = 28
    width = 28
    classes = 10
    train_samples = 60_000
    test_samples = 10_000

    root: Root
    download: Download = False

    def open_splits(self, asked: "Asked") -> "Splits":
        """Return torchvision's two splits."""
        from torchvision.datasets import FashionMNIST

        from archc.samples.of_torchvision import in_memory

        return in_memory(FashionMNIST, self.given)
