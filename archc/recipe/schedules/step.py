"""``step``: ``torch.optim.lr_scheduler.StepLR``."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from archc.recipe.base.values import Count
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import Gamma

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Step(Schedule):
    """The rate is multiplied by `gamma` every `step_size` epochs."""

    step_size: Annotated[Count, Field(description="epochs")]
    gamma: Gamma = 0.1

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import StepLR

        return StepLR(optimizer, **settings)
