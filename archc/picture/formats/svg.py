"""The drawing itself."""

from archc.picture.formats.base.request import Request
from archc.picture.svg import svg

TAKES = ("weights",)
OPENS = False


def draw(request: Request) -> bytes:
    """Return the drawing, in colours that follow the reader's light or dark page."""
    return svg(request.graph, depth=request.depth, weights=request.weights).encode()
