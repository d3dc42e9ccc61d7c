"""``adamax``: ``torch.optim.Adamax``.

Source: Kingma and Ba 2014, https://arxiv.org/abs/1412.6980
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.optimizers.base.settings import Betas, Epsilon, Foreach, LearningRate, WeightDecay

if TYPE_CHECKING:
    from torch import nn, optim


class Adamax(Optimizer):
    """Adamax: Adam with the largest gradient in place of the average square."""

    lr: LearningRate = 0.002
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's own."""
        from torch import optim

        return optim.Adamax(parameters, **self.given)
