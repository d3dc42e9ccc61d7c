"""An SVG as PNG or PDF, by Typst, whose wheel needs nothing of the machine, not even fonts.

Typst reads SVG with resvg and writes a PDF's text as text. It takes the drawing's fonts from the
machine; where none of them is, its own Libertinus, which is narrower than what boxes are measured
for.
Source: https://typst.app/docs/reference/visualize/image
"""

from typing import Literal

from archc.extras import how_to_install
from archc.picture.formats.base.format import PictureError, Request
from archc.picture.svg import drawing

_POINTS_PER_INCH = 72
POINTS_PER_UNIT = 0.75
"""A unit of SVG is a CSS pixel."""

_DOCUMENT = b"""\
#set document(title: sys.inputs.name, date: none)
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image(bytes(sys.inputs.drawing), format: "svg", alt: sys.inputs.name)
"""


def typeset(
    request: Request, form: Literal["pdf", "png"], scale: float, longest: int, largest: int
) -> bytes:
    """Return the drawing of a network as one page of its own size.

    Args:
        request: the picture to draw.
        form: the format.
        scale: the dots of one unit of the drawing.
        longest: the most dots on either side.
        largest: the most dots in all.

    Raises:
        PictureError: Typst is not installed, or the drawing is too large.
    """
    try:
        import typst
    except ModuleNotFoundError as error:
        missing = f".{form} needs typst, which is not installed: {how_to_install('typst')}"
        raise PictureError(missing) from error

    drawn = drawing(request.graph, depth=request.depth, weights=request.weights)
    width, height = scale * drawn.width, scale * drawn.height
    if max(width, height) > longest or width * height > largest:
        size = f"a .{form} of {width:,.0f}×{height:,.0f}"
        raise PictureError(f"{size} is too large: draw less with --depth, or draw .svg")
    inputs = {"drawing": drawn.svg, "name": request.graph.name or "network"}
    ppi = scale * _POINTS_PER_INCH / POINTS_PER_UNIT
    made = typst.compile(_DOCUMENT, format=form, ppi=ppi, sys_inputs=inputs)
    assert isinstance(made, bytes)  # a list where there is more than one page
    return made
