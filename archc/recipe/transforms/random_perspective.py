"""``random_perspective``: ``torchvision.transforms.v2.RandomPerspective``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import Probability
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance, Fill, WarpInterpolation

if TYPE_CHECKING:
    from torch import Tensor


class RandomPerspective(Transform):
    """Tilt images."""

    distortion_scale: Annotated[Probability, Field(description="how far")] = 0.5
    p: Chance = 0.5
    interpolation: WarpInterpolation = "bilinear"
    fill: Fill = 0

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomPerspective(**self.arguments())
        return transform
