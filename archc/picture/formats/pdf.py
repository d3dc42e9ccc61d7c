"""One page of the drawing's size; its lines are exact and its text is selectable."""

from archc.picture.formats.base.format import PictureFormat, Request
from archc.picture.formats.base.typeset import POINTS_PER_UNIT, typeset

_LONGEST = 14_400  # points, ISO 32000-1, annex C


class Pdf(PictureFormat):
    """A PDF of one page."""

    takes = ("weights",)

    def draw(self, request: Request) -> bytes:
        """Return the page; raises as `typeset` does."""
        return typeset(request, "pdf", POINTS_PER_UNIT, _LONGEST, _LONGEST**2)
