"""``cyclic``: ``torch.optim.lr_scheduler.CyclicLR``."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from archc.recipe.base.values import Count, NotNegative
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import (
    BaseMomentum,
    CycleMomentum,
    Gamma,
    LeastRate,
    MaxMomentum,
)

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Cyclic(Schedule):
    """The rate goes up and down between `base_lr` and `max_lr`."""

    moves = "step"

    base_lr: LeastRate
    max_lr: Annotated[NotNegative, Field(description="largest learning rate")]
    step_size_up: Annotated[Count, Field(description="steps of the optimizer on the way up")] = 2000
    step_size_down: Annotated[
        Count | None, Field(description="steps on the way down; None: as on the way up")
    ] = None
    mode: Annotated[
        Literal["triangular", "triangular2", "exp_range"],
        Field(description="how the cycles shrink"),
    ] = "triangular"
    gamma: Gamma = 1.0
    scale_mode: Annotated[
        Literal["cycle", "iterations"], Field(description="what `gamma` counts")
    ] = "cycle"
    cycle_momentum: CycleMomentum = True
    base_momentum: BaseMomentum = 0.8
    max_momentum: MaxMomentum = 0.9

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import CyclicLR

        return CyclicLR(optimizer, **settings)
