"""``rprop``: ``torch.optim.Rprop``.

Source: Riedmiller and Braun 1993, https://doi.org/10.1109/ICNN.1993.298623
"""

from typing import Annotated

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import Positive
from archc.recipe.optimizers.base.of_torch import OfTorch
from archc.recipe.optimizers.base.settings import Foreach, LearningRate


class Rprop(OfTorch):
    """Rprop: steps by the signs of gradients only."""

    torch_class = "Rprop"
    undivided = True

    lr: LearningRate = 0.01
    etas: Annotated[
        tuple[Positive, Positive],
        Field(description="factors of a step whose sign changes, and of one whose sign stays"),
    ] = (0.5, 1.2)
    step_sizes: Annotated[
        tuple[Positive, Positive], Field(description="smallest and largest step")
    ] = (1e-6, 50)
    foreach: Foreach | None = None

    def conflict(self) -> Conflict | None:
        """Return the conflict of `etas` that do not shrink and grow."""
        shrink, grow = self.etas
        if shrink < 1 < grow:
            return None
        needs = "a number below 1, then a number above 1"
        return Conflict("etas", needs, f"{shrink:g} and {grow:g}")
