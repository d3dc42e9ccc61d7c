"""``rmsprop``: ``torch.optim.RMSprop``.

Source: Hinton 2012, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import NotNegative
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.optimizers.base.settings import (
    Epsilon,
    Foreach,
    LearningRate,
    Momentum,
    WeightDecay,
)

if TYPE_CHECKING:
    from torch import nn, optim


class RmsProp(Optimizer):
    """RMSprop: steps scaled by the average of squared gradients."""

    lr: LearningRate = 0.01
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    alpha: Annotated[NotNegative, Field(description="decay of the average, per step")] = 0.99
    eps: Epsilon = 1e-8
    momentum: Momentum = 0
    centered: Annotated[bool, Field(description="scale by the variance instead of the square")] = (
        False
    )

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's own."""
        from torch import optim

        return optim.RMSprop(parameters, **self.given)
