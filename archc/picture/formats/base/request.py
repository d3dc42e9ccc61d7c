"""What a format is asked for, and what it may answer instead."""

from typing import NamedTuple

from archc.graph.graph import Graph


class Request(NamedTuple):
    """A picture that is wanted.

    Args:
        graph: a sound network.
        depth: how deep blocks are open (1: none is); None opens what fits a portrait page.
        weights: what the colour tells, a key of `archc.picture.svg.WEIGHTS`.
        scale: the pixels of one unit of the drawing, where there are pixels.
    """

    graph: Graph
    depth: int | None = None
    weights: str = "params"
    scale: float = 2.0


class PictureError(Exception):
    """A picture that cannot be made; the text says why, and what can be done."""
