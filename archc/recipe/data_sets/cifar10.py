"""``cifar10``: ``torchvision.datasets.CIFAR10``.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.CIFAR10.html
"""

from archc.recipe.data_sets.base.of_torchvision import OfTorchvision


class Cifar10(OfTorchvision):
    """60,000 photographs of 32 × 32 pixels, of ten classes."""

    torchvision_class = "CIFAR10"
    channels = 3
    height = 32
    width = 32
    classes = 10
    train_samples = 50_000
    test_samples = 10_000
