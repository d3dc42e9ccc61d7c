"""``nadam``: ``torch.optim.NAdam``.

Source: Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
"""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.values import NotNegative
from archc.recipe.optimizers.base.of_torch import OfAdamsFamily
from archc.recipe.optimizers.base.settings import DecoupledDecay, LearningRate


class NAdam(OfAdamsFamily):
    """NAdam: Adam with Nesterov's momentum."""

    torch_class = "NAdam"

    lr: LearningRate = 0.002
    momentum_decay: Annotated[NotNegative, Field(description="decay of the momentum")] = 0.004
    decoupled_weight_decay: DecoupledDecay = False
