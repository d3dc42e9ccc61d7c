"""``adafactor``: ``torch.optim.Adafactor``.

Source: Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235
"""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import AtLeastOne, NotNegative, NotPositive
from archc.recipe.optimizers.base.of_torch import OfTorch
from archc.recipe.optimizers.base.settings import Foreach, LearningRate, WeightDecay


class Adafactor(OfTorch):
    """Adafactor: Adam whose averages of squares are kept by rows and columns."""

    torch_class = "Adafactor"
    undivided = True

    lr: LearningRate = 0.01
    weight_decay: WeightDecay = 0.0
    foreach: Foreach | None = None
    beta2_decay: Annotated[
        NotPositive, Field(description="decay of the averages of squares, as a power of the step")
    ] = -0.8
    eps: Annotated[
        tuple[NotNegative | None, NotNegative | None],
        Field(description="smallest squared gradient (`null`: torch decides) and smallest size"),
    ] = (None, 0.001)
    d: Annotated[AtLeastOne, Field(description="largest size of a step")] = 1.0

    def conflict(self) -> Conflict | None:
        """Return the conflict of `eps` with torch, which needs its second number."""
        if self.eps[1] is None:
            return Conflict("eps", "a list whose second item is a number", "`null` there")
        return None
