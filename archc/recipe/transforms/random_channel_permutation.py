"""``random_channel_permutation``: ``torchvision.transforms.v2.RandomChannelPermutation``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.recipe.transforms.base.kind import Transform

if TYPE_CHECKING:
    from torch import Tensor


class RandomChannelPermutation(Transform):
    """Swap channels."""

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return torchvision's own."""
        from torchvision.transforms import v2

        transform: Callable[[Tensor], Tensor] = v2.RandomChannelPermutation()
        return transform
