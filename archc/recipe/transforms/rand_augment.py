"""``rand_augment``: ``torchvision.transforms.v2.RandAugment``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.settings import Conflict
from archc.recipe.base.values import Count, NotNegativeCount
from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Bins, Fill, WarpInterpolation

if TYPE_CHECKING:
    from torch import Tensor


class RandAugment(Transform):
    """Change images by a few random operations."""

    num_ops: Annotated[Count, Field(description="operations")] = 2
    magnitude: Annotated[NotNegativeCount, Field(description="strength")] = 9
    num_magnitude_bins: Bins = 31
    interpolation: WarpInterpolation = "nearest"
    fill: Fill | None = None

    def conflict(self) -> Conflict | None:
        """Return the conflict of a `magnitude` with the strengths that there are."""
        bins = self.num_magnitude_bins
        if self.magnitude < bins:
            return None
        return Conflict("magnitude", f"below `num_magnitude_bins`, {bins}", f"{self.magnitude}")

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandAugment(**self.arguments())
        return transform
