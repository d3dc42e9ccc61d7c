"""``image_folder``: images in folders, as ``torchvision.datasets.ImageFolder`` reads them.

Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
"""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archc.recipe.base.values import AsWritten, Between, Text
from archc.recipe.data_sets.base.kind import DataSet

if TYPE_CHECKING:
    from archc.samples.samples import Asked, Splits

_Name = Annotated[str, Field(min_length=1)]


class ImageFolder(DataSet):
    """A folder with a folder of images for each class, or with two splits of such."""

    principal = "root"

    root: Annotated[Text, Field(description="the folder, from the working directory; see below")]
    test_split: Annotated[
        Between | None,
        Field(description="share of each class that is for testing, where there are no splits"),
    ] = None
    class_names: Annotated[
        dict[str, _Name] | None,
        AsWritten(),
        Field(description="names of classes by their folders"),
    ] = None

    def open_splits(self, asked: "Asked") -> "Splits":
        """Return the two splits of the folder."""
        from archc.samples.folders import open_folder

        return open_folder(self.root, self.test_split, self.class_names or {}, asked)
