"""``augmix``: ``torchvision.transforms.v2.AugMix``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from archc.recipe.base.values import Count, Positive
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Fill, WarpInterpolation

if TYPE_CHECKING:
    from torch import Tensor


class AugMix(Transform):
    """Mix images with changed ones."""

    severity: Annotated[int, Ge(1), Le(10), Field(description="strength")] = 3
    mixture_width: Annotated[Count, Field(description="chains of operations")] = 3
    chain_depth: Annotated[
        Literal[-1] | Count, Field(description="operations of a chain; -1: 1 to 3")
    ] = -1
    alpha: Annotated[Positive, Field(description="how evenly they mix")] = 1.0
    all_ops: Annotated[bool, Field(description="change colours too")] = True
    interpolation: WarpInterpolation = "bilinear"
    fill: Fill | None = None

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.AugMix(**self.arguments())
        return transform
