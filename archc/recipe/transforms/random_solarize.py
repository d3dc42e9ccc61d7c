"""``random_solarize``: ``torchvision.transforms.v2.RandomSolarize``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance, Pixel

if TYPE_CHECKING:
    from torch import Tensor


class RandomSolarize(Transform):
    """Invert pixels from a threshold on."""

    principal = "threshold"

    threshold: Annotated[Pixel, Field(description="pixel")]
    p: Chance = 0.5

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomSolarize(**self.arguments())
        return transform
