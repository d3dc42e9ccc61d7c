"""One page of the drawing's size, its lines exact and its text selectable."""

from archc.picture.formats.base.request import Request
from archc.picture.formats.base.typeset import POINTS_PER_UNIT, typeset

TAKES = ("weights",)
OPENS = False

_LONGEST = 14_400  # points, ISO 32000-1, annex C


def draw(request: Request) -> bytes:
    """Return the page; raises as `typeset` does."""
    return typeset(request, "pdf", POINTS_PER_UNIT, _LONGEST, _LONGEST**2)
