"""Pixels, as many for a unit of the drawing as `--scale` says."""

from archc.picture.formats.base.request import Request
from archc.picture.formats.base.typeset import typeset

TAKES = ("weights", "scale")
OPENS = False

_LONGEST = 32_767  # beyond it few programs show a picture
_LARGEST = 80_000_000  # 320 MB while they are made


def draw(request: Request) -> bytes:
    """Return the drawing on white; raises as `typeset` does."""
    return typeset(request, "png", request.scale, _LONGEST, _LARGEST)
