"""What the loop is fed."""

from typing import NamedTuple

from torch import Tensor

IGNORED = -100
"""The label of a sample that only fills a batch: cross entropy's own ``ignore_index``."""


class Batch(NamedTuple):
    """One batch of one process, normalised, on its way to the model.

    Args:
        images: float32, batch × channels × height × width (or batch × features).
        labels: int64; `IGNORED` marks a sample that only fills the batch.
        samples: the true samples of the whole step that this batch belongs to, over all
            processes and accumulated batches: what the summed loss is divided by.
        closes: whether the optimizer steps after this batch.
    """

    images: Tensor
    labels: Tensor
    samples: int
    closes: bool
