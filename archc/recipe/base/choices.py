"""What a recipe names: one of several things of a kind, each with settings of its own."""

from dataclasses import dataclass
from typing import Protocol

from archc.recipe.base.settings import Settings


class Choices(Protocol):
    """Things by name, as `archc.doors.Door` finds them."""

    def all_names(self) -> tuple[str, ...]:
        """Return the names."""
        ...

    def find(self, name: str) -> type[Settings]:
        """Return the thing of a name."""
        ...


@dataclass(frozen=True)
class Chosen:
    """Marks a field that is one of `choices`: a name, ``adam``, or ``{adam: {lr: 0.001}}``."""

    choices: Choices
