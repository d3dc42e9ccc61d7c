"""``color_jitter``: ``torchvision.transforms.v2.ColorJitter``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Le
from pydantic import Field

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Hues, Strength

if TYPE_CHECKING:
    from torch import Tensor


class ColorJitter(Transform):
    """Change brightness, contrast, saturation and hue."""

    brightness: Annotated[Strength | None, Field(description="strength, or range of factors")] = (
        None
    )
    contrast: Annotated[Strength | None, Field(description="strength, or range of factors")] = None
    saturation: Annotated[Strength | None, Field(description="strength, or range of factors")] = (
        None
    )
    hue: Annotated[
        Annotated[float, Ge(0), Le(0.5)] | Hues | None,
        Field(description="strength, or range, in turns"),
    ] = None

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.ColorJitter(**self.arguments())
        return transform
