"""``cosine_annealing_warm_restarts``: ``torch.optim.lr_scheduler.CosineAnnealingWarmRestarts``."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from archc.recipe.base.values import Count
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import LeastRate

if TYPE_CHECKING:
    from torch.optim import Optimizer


class CosineAnnealingWarmRestarts(Schedule):
    """The rate falls along a cosine and starts anew."""

    T_0: Annotated[Count, Field(description="epochs until the first restart")]
    T_mult: Annotated[Count, Field(description="factor of the epochs after each restart")] = 1
    eta_min: LeastRate = 0.0

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import CosineAnnealingWarmRestarts

        return CosineAnnealingWarmRestarts(optimizer, **settings)
