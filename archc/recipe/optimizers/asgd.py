"""``asgd``: ``torch.optim.ASGD``.

Source: Polyak and Juditsky 1992, https://doi.org/10.1137/0330046
"""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.values import Number, Positive
from archc.recipe.optimizers.base.of_torch import OfTorch
from archc.recipe.optimizers.base.settings import Foreach, LearningRate, WeightDecay


class Asgd(OfTorch):
    """Averaged stochastic gradient descent."""

    torch_class = "ASGD"

    lr: LearningRate = 0.01
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    lambd: Annotated[Number, Field(description="decay of the weights and of the learning rate")] = (
        1e-4
    )
    alpha: Annotated[Number, Field(description="power by which the learning rate falls")] = 0.75
    t0: Annotated[Positive, Field(description="step at which averaging begins")] = 1e6
