"""Mermaid's text, for pages that draw it themselves."""

from archc.picture.formats.base.request import Request
from archc.picture.mermaid import mermaid

TAKES = ()
OPENS = False


def draw(request: Request) -> bytes:
    """Return the flowchart."""
    return mermaid(request.graph, depth=request.depth).encode()
