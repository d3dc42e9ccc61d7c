"""What the models of all documents have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict

Shape = tuple[int, ...]
"""The sizes of one sample's value, without the batch: channels, height, width, or features."""


class Part(BaseModel):
    """A part of a document: frozen, strict, without unknown fields."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True
    )

    def plain(self) -> dict[str, Any]:
        """Return the JSON object that the part was read from."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Document(Part):
    """A whole document: what a command prints, or a file holds."""
