"""``adadelta``: ``torch.optim.Adadelta``.

Source: Zeiler 2012, https://arxiv.org/abs/1212.5701
"""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.values import Probability
from archc.recipe.optimizers.base.of_torch import OfTorch
from archc.recipe.optimizers.base.settings import Epsilon, Foreach, LearningRate, WeightDecay


class Adadelta(OfTorch):
    """Adadelta: steps scaled by averages of gradients and of steps."""

    torch_class = "Adadelta"

    lr: LearningRate = 1.0
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    rho: Annotated[Probability, Field(description="decay of the averages, per step")] = 0.9
    eps: Epsilon = 1e-6
