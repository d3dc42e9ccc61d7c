"""``polynomial``: ``torch.optim.lr_scheduler.PolynomialLR``."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from archc.recipe.base.values import Positive
from archc.recipe.schedules.base.kind import Schedule
from archc.recipe.schedules.base.settings import TotalIters

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Polynomial(Schedule):
    """The rate falls to 0 in `total_iters` epochs, by a power."""

    total_iters: TotalIters = 5
    power: Annotated[Positive, Field(description="power by which it falls")] = 1.0

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return torch's own."""
        from torch.optim.lr_scheduler import PolynomialLR

        return PolynomialLR(optimizer, **settings)
