"""``random_adjust_sharpness``: ``torchvision.transforms.v2.RandomAdjustSharpness``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import NotNegative
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance

if TYPE_CHECKING:
    from torch import Tensor


class RandomAdjustSharpness(Transform):
    """Blur or sharpen images."""

    principal = "sharpness_factor"

    sharpness_factor: Annotated[NotNegative, Field(description="0 blurs, 1 leaves, more sharpens")]
    p: Chance = 0.5

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomAdjustSharpness(**self.arguments())
        return transform
