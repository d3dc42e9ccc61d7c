"""``cross_entropy``: ``torch.nn.CrossEntropyLoss``.

Source: https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
"""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import BelowOne
from archc.recipe.losses.base.kind import Loss

if TYPE_CHECKING:
    from torch import nn


class CrossEntropy(Loss):
    """The cross entropy of the softmax of the logits, in nats."""

    label_smoothing: Annotated[
        BelowOne, Field(description="share of the target that is spread over all classes")
    ] = 0.0

    def build(self, ignore_index: int) -> "nn.Module":
        """Return torch's own."""
        from torch import nn

        return nn.CrossEntropyLoss(ignore_index=ignore_index, reduction="sum", **self.given)
