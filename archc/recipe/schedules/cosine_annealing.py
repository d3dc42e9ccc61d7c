"""``cosine_annealing``: ``torch.optim.lr_scheduler.CosineAnnealingLR``."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from archc.recipe.base.values import Count
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import LeastRate

if TYPE_CHECKING:
    from torch.optim import Optimizer


class CosineAnnealing(Schedule):
    """The rate falls to `eta_min` in `T_max` epochs, along a cosine."""

    T_max: Annotated[
        Count | None, Field(description="epochs; None: those that the schedule is for")
    ] = None
    eta_min: LeastRate = 0.0

    def filled(self, epochs: int, steps: int) -> dict[str, int]:
        """Return how long it is."""
        return {"T_max": epochs}

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import CosineAnnealingLR

        return CosineAnnealingLR(optimizer, **settings)
