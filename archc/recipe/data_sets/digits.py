"""``digits``: 1797 handwritten digits of 8 × 8 pixels, which ship with scikit-learn.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html
"""

from typing import TYPE_CHECKING

from archc.extras import how_to_install
from archc.recipe.data_sets.base.kind import DataSet

if TYPE_CHECKING:
    from archc.samples.samples import Asked, Splits

_TEST_SPLIT = 0.2


class Digits(DataSet):
    """1797 handwritten digits of 8 × 8 pixels, which ship with scikit-learn."""

    channels = 1
    height = 8
    width = 8
    classes = 10
    train_samples = 1438
    test_samples = 359

    def open_splits(self, asked: "Asked") -> "Splits":
        """Return the digits, 17 shades spread over 0 … 255; a seeded fifth of each is the test."""
        import torch

        from archc.samples.samples import InMemory, Splits, UnusableError, stratified

        try:
            from sklearn.datasets import load_digits
        except ImportError as error:
            raise UnusableError(
                "the digits come with scikit-learn, which is not installed",
                how_to_install("scikit-learn"),
            ) from error
        digits = load_digits()
        images = torch.from_numpy(digits.images).mul(255 / 16).round().to(torch.uint8).unsqueeze(1)
        labels = torch.from_numpy(digits.target).long()
        train, test = stratified(labels, _TEST_SPLIT, asked.seed)
        return Splits(
            InMemory(images[train], labels[train]),
            InMemory(images[test], labels[test]),
            tuple(map(str, range(10))),
        )
