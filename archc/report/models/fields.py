"""What ``archc rf --format json`` prints."""

from typing import Literal

from pydantic import Field

from archc.report.models.base import Document, Part

Number = int | float


class GlobalField(Part):
    """A layer or block that depends on the whole input."""

    path: str
    """The layer's or block's path."""
    global_: Literal[True] = Field(alias="global")
    """True."""


class LocalField(Part):
    """A layer or block whose elements depend on a part of the input; lengths are in its pixels."""

    path: str
    """The layer's or block's path."""
    global_: Literal[False] = Field(alias="global")
    """False."""
    exact: bool
    """False where the field is an upper bound."""
    size: tuple[int, int]
    """Height and width of the largest field among the elements."""
    smallest: tuple[int, int]
    """Height and width of the smallest field among the elements."""
    jump: tuple[Number, Number]
    """The cumulative stride along height and width; its mean where it varies."""
    first_centre: tuple[Number, Number]
    """The row and column of the centre of the first element's field."""
    first_padding: tuple[int, int]
    """How many rows and columns of the first element's field are padding."""
    beyond: tuple[tuple[int, int], tuple[int, int]]
    """How far the map's fields reach beyond the image: above and below, left and right."""


class Fields(Document):
    """The receptive fields of layers and blocks."""

    version: Literal[1]
    """1; it changes when a field is renamed or removed, not when one is added."""
    layers: tuple[GlobalField | LocalField, ...]
    """The layers in the order of computation, or the one that was asked for."""
