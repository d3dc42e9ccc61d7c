"""``one_cycle``: ``torch.optim.lr_scheduler.OneCycleLR``."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from archc.recipe.base.values import Between, Count, Positive
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import BaseMomentum, CycleMomentum, MaxMomentum

if TYPE_CHECKING:
    from torch.optim import Optimizer


class OneCycle(Schedule):
    """The rate goes up to `max_lr`, then far down, in one cycle."""

    moves = "step"

    max_lr: Annotated[Positive, Field(description="largest learning rate")]
    total_steps: Annotated[
        Count | None, Field(description="steps of the optimizer; None: those of its epochs")
    ] = None
    pct_start: Annotated[Between, Field(description="share of the steps on the way up")] = 0.3
    anneal_strategy: Annotated[Literal["cos", "linear"], Field(description="along which line")] = (
        "cos"
    )
    div_factor: Annotated[Positive, Field(description="`max_lr` divided by the first rate")] = 25.0
    final_div_factor: Annotated[
        Positive, Field(description="the first rate divided by the last")
    ] = 1e4
    three_phase: Annotated[
        bool, Field(description="go down to the first rate, then to the last")
    ] = False
    cycle_momentum: CycleMomentum = True
    base_momentum: BaseMomentum = 0.85
    max_momentum: MaxMomentum = 0.95

    def filled(self, epochs: int, steps: int) -> dict[str, int]:
        """Return how long it is."""
        return {"total_steps": epochs * steps}

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import OneCycleLR

        return OneCycleLR(optimizer, **settings)
