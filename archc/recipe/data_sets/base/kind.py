"""The kind of every data set."""

from typing import TYPE_CHECKING, ClassVar

from archc.doors import Kind
from archc.recipe.base.settings import Settings

if TYPE_CHECKING:
    from archc.samples.samples import Asked, Splits


class DataSet(Kind, Settings, fields=True):
    """A data set: its settings, what is known of it before it is read, and its two splits.

    `root`, where a data set has that setting, is the folder that it is in.
    """

    required: ClassVar[tuple[str, ...]] = ("open_splits",)
    channels: ClassVar[int] = 3
    """Channels of each image."""
    height: ClassVar[int | None] = None
    """Pixels of each image; None where they differ."""
    width: ClassVar[int | None] = None
    """Likewise."""
    classes: ClassVar[int | None] = None
    """How many classes; None where the data itself says so."""
    train_samples: ClassVar[int | None] = None
    """Samples of the training split; None where the data itself says so."""
    test_samples: ClassVar[int | None] = None
    """Samples of the test split, likewise."""

    def open_splits(self, asked: "Asked") -> "Splits":
        """Return the two splits.

        Raises:
            UnusableError: the data is missing, or not what it should be.
        """
        raise NotImplementedError
