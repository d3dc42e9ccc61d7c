"""The kind of thing that a picture format is."""

from typing import ClassVar, NamedTuple

from archc.doors import Kind
from archc.graph.graph import Graph


class Request(NamedTuple):
    """A picture to draw.

    Args:
        graph: a sound network.
        depth: how deep blocks are open (1: none is); None opens what fits a portrait page.
        weights: what the colour shows, a key of `archc.picture.svg.WEIGHTS`.
        scale: the pixels of one unit of the drawing, where there are pixels.
    """

    graph: Graph
    depth: int | None = None
    weights: str = "params"
    scale: float = 2.0


class PictureError(Exception):
    """A picture that cannot be made; the message says why, and what to do."""


class PictureFormat(Kind):
    """A format of pictures; its name is the suffix of its files."""

    required = ("draw",)
    takes: ClassVar[tuple[str, ...]] = ()
    """The options of `archc graph` that apply to it, beside those that apply to all."""
    opens: ClassVar[bool] = False
    """Whether a reader can open blocks in the picture."""

    def draw(self, request: Request) -> bytes:
        """Return the contents of the file.

        Raises:
            PictureError: the picture cannot be made.
        """
        raise NotImplementedError
