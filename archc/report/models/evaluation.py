"""What ``archc evaluate --format json`` prints."""

from typing import Literal

from archc.report.models.base import Document


class Evaluation(Document):
    """The scores of a trained network on a split."""

    version: Literal[1] = 1
    """1; version 1 does not print it."""
    loss: float
    """The mean cross entropy, in nats."""
    accuracy: float
    """The fraction of samples whose true class has the greatest logit."""
    top5: float
    """The fraction of samples whose true class is among the five greatest logits."""
    samples: int
    """The number of samples."""
