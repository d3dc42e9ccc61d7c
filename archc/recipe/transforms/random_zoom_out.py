"""``random_zoom_out``: ``torchvision.transforms.v2.RandomZoomOut``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import AtLeastOne, Rising
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance, Fill

if TYPE_CHECKING:
    from torch import Tensor


class RandomZoomOut(Transform):
    """Put images into larger empty ones."""

    fill: Fill = 0
    side_range: Annotated[
        Annotated[tuple[AtLeastOne, AtLeastOne], Rising()], Field(description="factor of the sides")
    ] = (1.0, 4.0)
    p: Chance = 0.5

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomZoomOut(**self.arguments())
        return transform
