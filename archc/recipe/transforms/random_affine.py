"""``random_affine``: ``torchvision.transforms.v2.RandomAffine``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import Probability
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Center, Degrees, Fill, Range, WarpInterpolation

if TYPE_CHECKING:
    from torch import Tensor


class RandomAffine(Transform):
    """Turn, move, scale and shear images."""

    principal = "degrees"

    degrees: Degrees
    translate: Annotated[
        tuple[Probability, Probability] | None,
        Field(description="largest share of width and of height"),
    ] = None
    scale: Annotated[Range | None, Field(description="factor of the sides")] = None
    shear: Degrees | None = None
    center: Center | None = None
    interpolation: WarpInterpolation = "nearest"
    fill: Fill = 0

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomAffine(**self.arguments())
        return transform
