"""``random_erasing``: ``torchvision.transforms.v2.RandomErasing``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import Probability, Rising
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance, Fill, Range

if TYPE_CHECKING:
    from torch import Tensor


class RandomErasing(Transform):
    """Erase a random part."""

    p: Chance = 0.5
    scale: Annotated[
        Annotated[tuple[Probability, Probability], Rising()], Field(description="share of the area")
    ] = (0.02, 0.33)
    ratio: Annotated[Range, Field(description="width divided by height")] = (0.3, 3.3)
    value: Fill = 0.0

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomErasing(**self.arguments())
        return transform
