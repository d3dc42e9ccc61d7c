"""``digits``: 1797 handwritten digits of 8 × 8 pixels, which ship with scikit-learn.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html
"""

from collections.abc import Mapping

import torch

from archc.extras import how_to_install
from archc.ops.base.kinds import Value
from archc.train.data.samples import Asked, InMemory, Splits, UnusableError, stratified

_TEST_SPLIT = 0.2


def open_splits(settings: Mapping[str, Value], asked: Asked) -> Splits:
    """Return the digits, 17 shades spread over 0 … 255; a seeded fifth of each is the test."""
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
