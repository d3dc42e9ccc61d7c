"""``reduce_on_plateau``: ``torch.optim.lr_scheduler.ReduceLROnPlateau``."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from archc.recipe.base.values import Between, NotNegative, NotNegativeCount
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import LeastRate

if TYPE_CHECKING:
    from torch.optim import Optimizer


class ReduceOnPlateau(Schedule):
    """The rate is multiplied by `factor` when the test loss has stopped falling."""

    moves = "loss"

    factor: Annotated[Between, Field(description="factor of the learning rate")] = 0.1
    patience: Annotated[NotNegativeCount, Field(description="epochs without a better loss")] = 10
    threshold: Annotated[NotNegative, Field(description="how much better counts")] = 1e-4
    threshold_mode: Annotated[
        Literal["rel", "abs"], Field(description="whether `threshold` is a share of the loss")
    ] = "rel"
    cooldown: Annotated[NotNegativeCount, Field(description="epochs to wait afterwards")] = 0
    min_lr: LeastRate = 0
    eps: Annotated[NotNegative, Field(description="smallest change of the rate")] = 1e-8

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import ReduceLROnPlateau

        return ReduceLROnPlateau(optimizer, **settings)
