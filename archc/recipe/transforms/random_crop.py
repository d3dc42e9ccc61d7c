"""``random_crop``: ``torchvision.transforms.v2.RandomCrop``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Fill, Padding, PaddingMode, Size

if TYPE_CHECKING:
    from torch import Tensor


class RandomCrop(Transform):
    """Cut out a random part."""

    principal = "size"

    size: Size
    padding: Padding | None = None
    pad_if_needed: Annotated[bool, Field(description="add a margin to smaller images")] = False
    fill: Fill = 0
    padding_mode: PaddingMode = "constant"

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomCrop(**self.arguments())
        return transform
