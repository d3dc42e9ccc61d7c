"""What ``archc predict --format json`` prints."""

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, RootModel

from archc.report.models.base import Part


class ClassProbability(Part):
    """A class and how likely it is."""

    name: str
    """The name of the class."""
    probability: float
    """Its probability, between 0 and 1."""


class Prediction(Part):
    """An image with its likeliest classes."""

    image: str
    """The file as it was named on the command line."""
    classes: tuple[ClassProbability, ...]
    """The likeliest classes, likeliest first."""


class UnusableImage(Part):
    """An image that cannot be used."""

    image: str
    """The file as it was named on the command line."""
    error: str
    """Why it cannot be used."""


class Predictions(RootModel[tuple[Prediction | UnusableImage, ...]]):
    """A list with an object for each image, in the order of the command line."""

    model_config = ConfigDict(frozen=True, strict=True)
    version: ClassVar[Literal[1]] = 1
    """A list has no place for it."""

    def plain(self) -> list[dict[str, Any]]:
        """Return the JSON list that the predictions were read from."""
        return [image.plain() for image in self.root]
