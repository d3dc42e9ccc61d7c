"""``constant``: ``torch.optim.lr_scheduler.ConstantLR``."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from archc.recipe.base.values import Probability
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import TotalIters

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Constant(Schedule):
    """The rate is multiplied by `factor` until `total_iters` epochs are done."""

    factor: Annotated[Probability, Field(description="factor of the learning rate")] = 1 / 3
    total_iters: TotalIters = 5

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import ConstantLR

        return ConstantLR(optimizer, **settings)
