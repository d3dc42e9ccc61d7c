"""A page to open blocks on, beside the summary."""

from archc.picture.formats.base.request import Request
from archc.picture.page import page

TAKES = ("weights",)
OPENS = True


def draw(request: Request) -> bytes:
    """Return the page, which loads nothing."""
    return page(request.graph, depth=request.depth, weights=request.weights).encode()
