"""``radam``: ``torch.optim.RAdam``.

Source: Liu et al. 2019, https://arxiv.org/abs/1908.03265
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

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


class RAdam(Optimizer):
    """RAdam: Adam that waits until its averages can be trusted."""

    lr: LearningRate = 0.001
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
    decoupled_weight_decay: DecoupledDecay = False

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's own."""
        from torch import optim

        return optim.RAdam(parameters, **self.given)
