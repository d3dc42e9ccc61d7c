"""The kind of every optimizer."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from archc.doors import Kind
from archc.recipe.base.settings import Settings

if TYPE_CHECKING:
    from torch import nn, optim


class Optimizer(Kind, Settings, fields=True):
    """An optimizer: its settings, and how it is built."""

    required: ClassVar[tuple[str, ...]] = ("build",)
    matrices_only: ClassVar[bool] = False
    """Whether it steps weights of two dimensions only."""
    undivided: ClassVar[bool] = False
    """Whether it cannot step weights that are divided among processes."""

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return the optimizer of these parameters."""
        raise NotImplementedError
