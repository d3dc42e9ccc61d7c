"""The data sets that a recipe can name, and what is known of them before they are read.

Source: https://pytorch.org/vision/stable/datasets.html, and scikit-learn's ``load_digits``
"""

from dataclasses import dataclass

from archc.language.calls import Entry
from archc.ops.base.kinds import Kind
from archc.recipe.kinds import BETWEEN, FLAG, Text


@dataclass(frozen=True)
class DataSet(Entry):
    """A data set; `torch_name` is torchvision's class, empty where it is not of torchvision.

    Args:
        channels: of each image.
        height: of each image; None where they differ.
        width: likewise.
        classes: how many; None where the data itself says so.
        train: samples of the training split; None where the data itself says so.
        test: samples of the test split, likewise.
    """

    channels: int = 3
    height: int | None = None
    width: int | None = None
    classes: int | None = None
    train: int | None = None
    test: int | None = None


_DOWNLOADED: dict[str, Kind] = {"root": Text(), "download": FLAG}

DATASETS: dict[str, DataSet] = {
    "mnist": DataSet(
        "MNIST",
        _DOWNLOADED,
        ("root",),
        "root",
        channels=1,
        height=28,
        width=28,
        classes=10,
        train=60_000,
        test=10_000,
    ),
    "fashion_mnist": DataSet(
        "FashionMNIST",
        _DOWNLOADED,
        ("root",),
        "root",
        channels=1,
        height=28,
        width=28,
        classes=10,
        train=60_000,
        test=10_000,
    ),
    "cifar10": DataSet(
        "CIFAR10",
        _DOWNLOADED,
        ("root",),
        "root",
        channels=3,
        height=32,
        width=32,
        classes=10,
        train=50_000,
        test=10_000,
    ),
    "image_folder": DataSet(
        "ImageFolder", {"root": Text(), "test_split": BETWEEN}, ("root",), "root"
    ),
    "digits": DataSet("", channels=1, height=8, width=8, classes=10, train=1438, test=359),
}
