"""``sgd``: ``torch.optim.SGD``.

Source: Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import Number
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.optimizers.base.settings import (
    Foreach,
    Fused,
    LearningRate,
    Momentum,
    WeightDecay,
    one_way,
)

if TYPE_CHECKING:
    from torch import nn, optim


class Sgd(Optimizer):
    """Stochastic gradient descent, with momentum if that is given."""

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
        return one_way(self.given)

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's own."""
        from torch import optim

        return optim.SGD(parameters, **self.given)
