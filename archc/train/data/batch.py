"""The batch that a network receives."""

from typing import NamedTuple

from torch import Tensor

IGNORED = -100
"""The label of a sample that only fills a batch: the default ``ignore_index`` of cross entropy."""


class Batch(NamedTuple):
    """A normalised batch of one process.

    Args:
        images: float32, batch × channels × height × width (or batch × features).
        labels: int64; `IGNORED` marks a sample that only fills the batch.
        samples: samples of the whole step, without fillers, over all processes and accumulated
            batches; the summed loss is divided by it.
        closes: whether the optimizer steps after this batch.
    """

    images: Tensor
    labels: Tensor
    samples: int
    closes: bool
