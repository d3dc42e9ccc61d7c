"""The kind of every loss."""

from typing import TYPE_CHECKING, ClassVar

from archc.doors import Kind
from archc.recipe.base.settings import Settings

if TYPE_CHECKING:
    from torch import nn


class Loss(Kind, Settings, fields=True):
    """A loss of a classifier: its settings, and how it is built."""

    required: ClassVar[tuple[str, ...]] = ("build",)

    def build(self, ignore_index: int) -> "nn.Module":
        """Return a module that computes the sum of the losses of a batch, a scalar.

        It receives logits, float32, samples × classes, and labels, int64, one for each sample.

        Args:
            ignore_index: the label of samples that do not count.
        """
        raise NotImplementedError
