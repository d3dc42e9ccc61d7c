"""``grayscale``: ``torchvision.transforms.v2.Grayscale``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import OneOrThree
from archc.recipe.transforms.base.kind import Transform

if TYPE_CHECKING:
    from torch import Tensor


class Grayscale(Transform):
    """Make images gray."""

    principal = "num_output_channels"
    random = False

    num_output_channels: Annotated[OneOrThree, Field(description="channels")] = 1

    def channels(self) -> int:
        """Return the channels that the recipe asks for."""
        return self.num_output_channels

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.Grayscale(**self.arguments())
        return transform
