"""``mnist``: 70,000 handwritten digits of 28 × 28 pixels.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.MNIST.html
"""

from collections.abc import Mapping

from archc.ops.base.kinds import Value
from archc.train.data.of_torchvision import in_memory
from archc.train.data.samples import Asked, Splits


def open_splits(settings: Mapping[str, Value], asked: Asked) -> Splits:
    """Return torchvision's two splits."""
    from torchvision.datasets import MNIST

    return in_memory(MNIST, settings)
