"""What the optimizers of torch share: how they are built, and the settings of Adam's family."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from archc.recipe.base.settings import Conflict
from archc.recipe.optimizers.base.kind import Optimizer
from archc.recipe.optimizers.base.settings import (
    Betas,
    Epsilon,
    Foreach,
    LearningRate,
    WeightDecay,
    one_way,
)

if TYPE_CHECKING:
    from torch import nn, optim


class OfTorch(Optimizer, abstract=True):
    """An optimizer of ``torch.optim``, with torch's names and defaults."""

    torch_class: ClassVar[str]
    """Its class in ``torch.optim``."""

    def conflict(self) -> Conflict | None:
        """Return the conflict of two ways to step, if both are given."""
        return one_way(self.given)

    def build(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return torch's optimizer."""
        from torch import optim

        built: optim.Optimizer = getattr(optim, self.torch_class)(parameters, **self.given)
        return built


class OfAdamsFamily(OfTorch, abstract=True):
    """An optimizer that steps by averages of the gradient and of its square."""

    lr: LearningRate = 0.001
    weight_decay: WeightDecay = 0
    foreach: Foreach | None = None
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
