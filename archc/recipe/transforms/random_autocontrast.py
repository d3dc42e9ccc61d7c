"""``random_autocontrast``: ``torchvision.transforms.v2.RandomAutocontrast``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance

if TYPE_CHECKING:
    from torch import Tensor


class RandomAutocontrast(Transform):
    """Spread pixels from black to white."""

    principal = "p"

    p: Chance = 0.5

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomAutocontrast(**self.arguments())
        return transform
