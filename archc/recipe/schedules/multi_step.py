"""``multi_step``: ``torch.optim.lr_scheduler.MultiStepLR``."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from archc.recipe.base.values import Count, Rising
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import Gamma

if TYPE_CHECKING:
    from torch.optim import Optimizer


class MultiStep(Schedule):
    """The rate is multiplied by `gamma` at each of the `milestones`."""

    milestones: Annotated[
        tuple[Count, ...],
        Rising(),
        Field(min_length=1, max_length=1000, description="epochs"),
    ]
    gamma: Gamma = 0.1

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import MultiStepLR

        return MultiStepLR(optimizer, **settings)
