"""``trivial_augment_wide``: ``torchvision.transforms.v2.TrivialAugmentWide``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Bins, Fill, WarpInterpolation

if TYPE_CHECKING:
    from torch import Tensor


class TrivialAugmentWide(Transform):
    """Change images by one random operation."""

    num_magnitude_bins: Bins = 31
    interpolation: WarpInterpolation = "nearest"
    fill: Fill | None = None

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.TrivialAugmentWide(**self.arguments())
        return transform
