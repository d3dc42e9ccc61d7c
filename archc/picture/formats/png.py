"""Pixels; `--scale` says how many for a unit of the drawing."""

from archc.picture.formats.base.format import PictureFormat, Request
from archc.picture.formats.base.typeset import typeset

_LONGEST = 32_767  # beyond it few programs show a picture
_LARGEST = 80_000_000  # 320 MB while they are made


class Png(PictureFormat):
    """The drawing on white, in pixels."""

    takes = ("weights", "scale")

    def draw(self, request: Request) -> bytes:
        """Return the drawing; raises as `typeset` does."""
        return typeset(request, "png", request.scale, _LONGEST, _LARGEST)
