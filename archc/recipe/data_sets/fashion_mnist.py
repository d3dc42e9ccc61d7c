"""``fashion_mnist``: ``torchvision.datasets.FashionMNIST``.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.FashionMNIST.html
"""

from archc.recipe.data_sets.base.of_torchvision import LikeMnist


class FashionMnist(LikeMnist):
    """70,000 pieces of clothing of 28 × 28 pixels."""

    torchvision_class = "FashionMNIST"
