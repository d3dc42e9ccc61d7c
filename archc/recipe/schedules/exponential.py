"""``exponential``: ``torch.optim.lr_scheduler.ExponentialLR``."""

from typing import TYPE_CHECKING, Any

from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import Gamma

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Exponential(Schedule):
    """The rate is multiplied by `gamma` after each epoch."""

    gamma: Gamma

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import ExponentialLR

        return ExponentialLR(optimizer, **settings)
