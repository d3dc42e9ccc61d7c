"""The drawing itself."""

from archc.picture.formats.base.format import PictureFormat, Request
from archc.picture.svg import svg


class Svg(PictureFormat):
    """An SVG in colours that follow the reader's light or dark page."""

    takes = ("weights",)

    def draw(self, request: Request) -> bytes:
        """Return the drawing."""
        return svg(request.graph, depth=request.depth, weights=request.weights).encode()
