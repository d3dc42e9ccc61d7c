"""``auto_augment``: ``torchvision.transforms.v2.AutoAugment``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Fill, WarpInterpolation

if TYPE_CHECKING:
    from torch import Tensor


class AutoAugment(Transform):
    """Change images by a policy that was learnt on a data set."""

    principal = "policy"

    policy: Annotated[Literal["imagenet", "cifar10", "svhn"], Field(description="data set")] = (
        "imagenet"
    )
    interpolation: WarpInterpolation = "nearest"
    fill: Fill | None = None

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.AutoAugment(**self.arguments())
        return transform
