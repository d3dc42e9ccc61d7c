"""``center_crop``: ``torchvision.transforms.v2.CenterCrop``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Size

if TYPE_CHECKING:
    from torch import Tensor


class CenterCrop(Transform):
    """Cut out the middle."""

    principal = "size"
    random = False

    size: Size

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.CenterCrop(**self.arguments())
        return transform
