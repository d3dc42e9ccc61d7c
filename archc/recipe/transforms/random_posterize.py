"""``random_posterize``: ``torchvision.transforms.v2.RandomPosterize``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Le
from pydantic import Field

from archc.recipe.transforms.base.kind import Transform
from archc.recipe.transforms.base.settings import Chance

if TYPE_CHECKING:
    from torch import Tensor


class RandomPosterize(Transform):
    """Keep few bits of each pixel."""

    principal = "bits"

    bits: Annotated[int, Ge(0), Le(8), Field(description="bits")]
    p: Chance = 0.5

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomPosterize(**self.arguments())
        return transform
