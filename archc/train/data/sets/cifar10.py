"""``cifar10``: 60,000 photographs of 32 × 32 pixels.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.CIFAR10.html
"""

from collections.abc import Mapping

from archc.ops.base.kinds import Value
from archc.train.data.of_torchvision import in_memory
from archc.train.data.samples import Asked, Splits


def open_splits(settings: Mapping[str, Value], asked: Asked) -> Splits:
    """Return torchvision's two splits."""
    from torchvision.datasets import CIFAR10

    return in_memory(CIFAR10, settings)
