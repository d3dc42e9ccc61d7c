"""A page on which blocks can be opened, with the summary beside them."""

from archc.picture.formats.base.format import PictureFormat, Request
from archc.picture.page import page


class Html(PictureFormat):
    """A page that loads nothing else."""

    takes = ("weights",)
    opens = True

    def draw(self, request: Request) -> bytes:
        """Return the page."""
        return page(request.graph, depth=request.depth, weights=request.weights).encode()
