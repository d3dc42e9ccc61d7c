"""Mermaid's text, for pages that draw it themselves."""

from archc.picture.formats.base.format import PictureFormat, Request
from archc.picture.mermaid import mermaid


class Mermaid(PictureFormat):
    """A flowchart in Mermaid's language."""

    def draw(self, request: Request) -> bytes:
        """Return the flowchart."""
        return mermaid(request.graph, depth=request.depth).encode()
