"""``random_vertical_flip``: ``torchvision.transforms.v2.RandomVerticalFlip``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance

if TYPE_CHECKING:
    from torch import Tensor


class RandomVerticalFlip(Transform):
    """Swap top and bottom."""

    principal = "p"

    p: Chance = 0.5

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomVerticalFlip(**self.arguments())
        return transform
