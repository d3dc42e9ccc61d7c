"""The kind of every schedule."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from archc.doors import Kind
from archc.recipe.base.settings import Settings

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Schedule(Kind, Settings, fields=True):
    """A schedule of the learning rate: its settings, and how it is built."""

    required: ClassVar[tuple[str, ...]] = ("build",)
    moves: ClassVar[Literal["step", "epoch", "loss"]] = "epoch"
    """When it moves: after each step, after each epoch, or after each epoch by the test loss."""

    def filled(self, epochs: int, steps: int) -> dict[str, int]:
        """Return what is filled in where the recipe leaves it out.

        Args:
            epochs: that the schedule is for.
            steps: of the optimizer in one epoch.
        """
        return {}

    def build(self, optimizer: "Optimizer", settings: dict[str, Any]) -> Any:
        """Return the scheduler of an optimizer, with the settings that are given or filled in."""
        raise NotImplementedError
