"""``rgb``: ``torchvision.transforms.v2.RGB``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform

if TYPE_CHECKING:
    from torch import Tensor


class Rgb(Transform):
    """Make images of three channels."""

    random = False

    def channels(self) -> int:
        """Return 3."""
        return 3

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RGB()
        return transform
