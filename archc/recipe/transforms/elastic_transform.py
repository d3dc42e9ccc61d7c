"""``elastic_transform``: ``torchvision.transforms.v2.ElasticTransform``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import Number, Positive
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Fill, WarpInterpolation

if TYPE_CHECKING:
    from torch import Tensor


class ElasticTransform(Transform):
    """Bend images."""

    alpha: Annotated[Number | tuple[Number, Number], Field(description="pixels: how far")] = 50.0
    sigma: Annotated[
        Positive | tuple[Positive, Positive], Field(description="pixels: how smoothly")
    ] = 5.0
    interpolation: WarpInterpolation = "bilinear"
    fill: Fill = 0

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.ElasticTransform(**self.arguments())
        return transform
