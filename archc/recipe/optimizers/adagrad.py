"""``adagrad``: ``torch.optim.Adagrad``.

Source: Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html
"""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.values import NotNegative
from archc.recipe.optimizers.base.of_torch import OfTorch
from archc.recipe.optimizers.base.settings import Epsilon, Foreach, Fused, LearningRate, WeightDecay


class Adagrad(OfTorch):
    """Adagrad: steps scaled by the sum of squared gradients."""

    torch_class = "Adagrad"

    lr: LearningRate = 0.01
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    lr_decay: Annotated[NotNegative, Field(description="decay of the learning rate, per step")] = 0
    initial_accumulator_value: Annotated[
        NotNegative, Field(description="what the sum of squares begins with")
    ] = 0
    eps: Epsilon = 1e-10
    fused: Fused | None = None
