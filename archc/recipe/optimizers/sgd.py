"""``sgd``: ``torch.optim.SGD``.

Source: Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html
"""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import Number
from archc.recipe.optimizers.base.of_torch import OfTorch
from archc.recipe.optimizers.base.settings import (
    Foreach,
    Fused,
    LearningRate,
    Momentum,
    WeightDecay,
)


class Sgd(OfTorch):
    """Stochastic gradient descent, with momentum if that is given."""

    torch_class = "SGD"

    lr: LearningRate = 0.001
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    momentum: Momentum = 0
    dampening: Annotated[
        Number, Field(description="share of the gradient that momentum leaves out")
    ] = 0
    nesterov: Annotated[bool, Field(description="look ahead by Nesterov's momentum")] = False
    fused: Fused | None = None

    def conflict(self) -> Conflict | None:
        """Return the conflict of `nesterov` with its momentum, or of two ways to step."""
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            return Conflict(
                "nesterov", "`false` unless `momentum` > 0 and `dampening` = 0", "`true`"
            )
        return super().conflict()
