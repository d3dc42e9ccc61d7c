"""``rmsprop``: ``torch.optim.RMSprop``.

Source: Hinton 2012, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
"""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.values import NotNegative
from archc.recipe.optimizers.base.of_torch import OfTorch
from archc.recipe.optimizers.base.settings import (
    Epsilon,
    Foreach,
    LearningRate,
    Momentum,
    WeightDecay,
)


class RmsProp(OfTorch):
    """RMSprop: steps scaled by the average of squared gradients."""

    torch_class = "RMSprop"

    lr: LearningRate = 0.01
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    alpha: Annotated[NotNegative, Field(description="decay of the average, per step")] = 0.99
    eps: Epsilon = 1e-8
    momentum: Momentum = 0
    centered: Annotated[bool, Field(description="scale by the variance instead of the square")] = (
        False
    )
