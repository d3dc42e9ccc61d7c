"""``random_grayscale``: ``torchvision.transforms.v2.RandomGrayscale``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance

if TYPE_CHECKING:
    from torch import Tensor


class RandomGrayscale(Transform):
    """Make images gray."""

    principal = "p"

    p: Chance = 0.1

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomGrayscale(**self.arguments())
        return transform
