"""``random_equalize``: ``torchvision.transforms.v2.RandomEqualize``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance

if TYPE_CHECKING:
    from torch import Tensor


class RandomEqualize(Transform):
    """Make every brightness as frequent."""

    principal = "p"

    p: Chance = 0.5

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomEqualize(**self.arguments())
        return transform
