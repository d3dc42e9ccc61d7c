"""``pad``: ``torchvision.transforms.v2.Pad``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Fill, Padding, PaddingMode

if TYPE_CHECKING:
    from torch import Tensor


class Pad(Transform):
    """Add a margin."""

    principal = "padding"
    random = False

    padding: Padding
    fill: Fill = 0
    padding_mode: PaddingMode = "constant"

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.Pad(**self.arguments())
        return transform
