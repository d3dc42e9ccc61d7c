"""``nadam``: ``torch.optim.NAdam``.

Source: Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import NotNegative
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.optimizers.base.settings import (
    Betas,
    DecoupledDecay,
    Epsilon,
    Foreach,
    LearningRate,
    WeightDecay,
)

if TYPE_CHECKING:
    from torch import nn, optim


class NAdam(Optimizer):
    """NAdam: Adam with Nesterov's momentum."""

    lr: LearningRate = 0.002
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
    momentum_decay: Annotated[NotNegative, Field(description="decay of the momentum")] = 0.004
    decoupled_weight_decay: DecoupledDecay = False

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's own."""
        from torch import optim

        return optim.NAdam(parameters, **self.given)
