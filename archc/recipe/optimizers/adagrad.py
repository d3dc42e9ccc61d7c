"""``adagrad``: ``torch.optim.Adagrad``.

Source: Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import NotNegative
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.optimizers.base.settings import (
    Epsilon,
    Foreach,
    Fused,
    LearningRate,
    WeightDecay,
    one_way,
)

if TYPE_CHECKING:
    from torch import nn, optim


class Adagrad(Optimizer):
    """Adagrad: steps scaled by the sum of squared gradients."""

    lr: LearningRate = 0.01
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    lr_decay: Annotated[NotNegative, Field(description="decay of the learning rate, per step")] = 0
    initial_accumulator_value: Annotated[
        NotNegative, Field(description="what the sum of squares begins with")
    ] = 0
    eps: Epsilon = 1e-10
    fused: Fused | None = None

    def conflict(self) -> Conflict | None:
        """Return the conflict of two ways to step."""
        return one_way(self.given)

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's own."""
        from torch import optim

        return optim.Adagrad(parameters, **self.given)
