"""``gaussian_noise``: ``torchvision.transforms.v2.GaussianNoise``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import NotNegative, Number
from archc.recipe.transforms.base.kind import Transform

if TYPE_CHECKING:
    from torch import Tensor


class GaussianNoise(Transform):
    """Add noise."""

    mean: Annotated[Number, Field(description="mean, of pixels from 0 to 1")] = 0.0
    sigma: Annotated[
        NotNegative, Field(description="standard deviation, of pixels from 0 to 1")
    ] = 0.1
    clip: Annotated[bool, Field(description="keep pixels within 0 and 1")] = True

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.GaussianNoise(**self.arguments())
        return transform
