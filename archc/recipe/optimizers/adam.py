"""``adam``: ``torch.optim.Adam``.

Source: Kingma and Ba 2014, https://arxiv.org/abs/1412.6980
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archc.recipe.base.settings import Conflict
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.optimizers.base.settings import (
    Amsgrad,
    Betas,
    DecoupledDecay,
    Epsilon,
    Foreach,
    Fused,
    LearningRate,
    WeightDecay,
    one_way,
)

if TYPE_CHECKING:
    from torch import nn, optim


class Adam(Optimizer):
    """Adam: steps by averages of the gradient and of its square."""

    lr: LearningRate = 0.001
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
    amsgrad: Amsgrad = False
    fused: Fused | None = None
    decoupled_weight_decay: DecoupledDecay = False

    def conflict(self) -> Conflict | None:
        """Return the conflict of two ways to step."""
        return one_way(self.given)

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's own."""
        from torch import optim

        return optim.Adam(parameters, **self.given)
