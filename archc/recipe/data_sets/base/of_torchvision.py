"""What the data sets of torchvision share."""

from typing import TYPE_CHECKING, ClassVar

from archc.recipe.data_sets.base.kind import DataSet
from archc.recipe.data_sets.base.settings import Download, Root

if TYPE_CHECKING:
    from archc.samples.samples import Asked, Splits


class OfTorchvision(DataSet, abstract=True):
    """A data set of ``torchvision.datasets`` that fits into memory."""

    principal = "root"
    torchvision_class: ClassVar[str]
    """Its class in ``torchvision.datasets``."""

    root: Root
    download: Download = False

    def open_splits(self, asked: "Asked") -> "Splits":
        """Return torchvision's two splits."""
        from torchvision import datasets

        from archc.samples.of_torchvision import in_memory

        return in_memory(getattr(datasets, self.torchvision_class), self.given)


class LikeMnist(OfTorchvision, abstract=True):
    """70,000 gray images of 28 × 28 pixels, in ten classes."""

    channels = 1
    height = 28
    width = 28
    classes = 10
    train_samples = 60_000
    test_samples = 10_000
