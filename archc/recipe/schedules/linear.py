"""``linear``: ``torch.optim.lr_scheduler.LinearLR``."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from archc.recipe.base.values import PositiveShare, Probability
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import TotalIters

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Linear(Schedule):
    """The rate moves evenly from `start_factor` to `end_factor` in `total_iters` epochs."""

    start_factor: Annotated[
        PositiveShare, Field(description="factor of the learning rate at first")
    ] = 1 / 3
    end_factor: Annotated[Probability, Field(description="factor of the learning rate at last")] = (
        1.0
    )
    total_iters: TotalIters = 5

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import LinearLR

        return LinearLR(optimizer, **settings)
