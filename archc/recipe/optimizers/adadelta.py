"""``adadelta``: ``torch.optim.Adadelta``.

Source: Zeiler 2012, https://arxiv.org/abs/1212.5701
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import Probability
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.optimizers.base.settings import Epsilon, Foreach, LearningRate, WeightDecay

if TYPE_CHECKING:
    from torch import nn, optim


class Adadelta(Optimizer):
    """Adadelta: steps scaled by averages of gradients and of steps."""

    lr: LearningRate = 1.0
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    rho: Annotated[Probability, Field(description="decay of the averages, per step")] = 0.9
    eps: Epsilon = 1e-6

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's own."""
        from torch import optim

        return optim.Adadelta(parameters, **self.given)
