"""``mnist``: ``torchvision.datasets.MNIST``.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.MNIST.html
"""

from archc.recipe.data_sets.base.of_torchvision import LikeMnist


class Mnist(LikeMnist):
    """70,000 handwritten digits of 28 × 28 pixels."""

    torchvision_class = "MNIST"
