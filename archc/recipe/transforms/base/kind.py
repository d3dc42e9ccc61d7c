"""The kind of every transform."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from archc.doors import Kind
from archc.recipe.base.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor


class Transform(Kind, Settings, fields=True):
    """A transform: its settings, and how it is built."""

    required: ClassVar[tuple[str, ...]] = ("build",)
    random: ClassVar[bool] = True
    """Whether two calls of it may differ."""

    def channels(self) -> int | None:
        """Return how many channels it returns; None: as many as it receives."""
        return None

    def arguments(self) -> dict[str, Any]:
        """Return the settings that a recipe gives, words as the enumerations of torchvision."""
        from torchvision.transforms import AutoAugmentPolicy, InterpolationMode

        words = {"interpolation": InterpolationMode, "policy": AutoAugmentPolicy}
        given = self.given.items()
        return {name: words[name](value) if name in words else value for name, value in given}

    def build(self) -> "Callable[[Tensor], Tensor]":
        """Return the transform of uint8 images, channels × height × width."""
        raise NotImplementedError
