"""What a layer's centre unit sees, drawn over the input's own pixels.

matplotlib is imported when something is drawn: nothing else needs it.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from archc.analyses.extent import Extent
from archc.backends.field_table import Seen

if TYPE_CHECKING:
    from archc.backends.effective_field import Effective

_LINE = "#d1495b"
_FITTED = "#edae49"
_MAP = "viridis"
_DPI = 110


def draw_fields(rows: Sequence[Seen], size: tuple[int, int]) -> bytes:
    """Return a PNG of the squares that the centre units of maps see of an input of `size`."""
    axes, figure = _canvas(size)
    squares = {_centre(row.extents): row.path for row in rows if row.extents is not None}
    ordered = sorted(squares, key=lambda both: both[0][1] - both[0][0])
    for place, (height, width) in enumerate(ordered):
        share = place / max(1, len(ordered) - 1)
        _square(
            axes, height, width, color=(0.15 + 0.65 * share, 0.45 - 0.2 * share, 0.6), width=1.4
        )
    if ordered:
        axes.set_title(f"centre unit of {_plain(squares[ordered[-1]])}", fontsize=9)
    return _png(figure)


def draw_effective(found: "Effective") -> bytes:
    """Return a PNG of the heat with the theoretical square and the Gaussian's 2σ.

    The colours follow the root of the heat, or all but its peak would be dark.
    """
    from matplotlib.patches import Ellipse

    height, width = found.heat.shape
    axes, figure = _canvas((height, width))
    axes.imshow(found.heat.sqrt().tolist(), cmap=_MAP)
    _square(axes, *found.theory, color=_LINE, width=1.6)
    (row, column), (tall, wide) = found.centre, found.sigma
    fitted = Ellipse((column, row), 4 * wide, 4 * tall, fill=False, color=_FITTED, lw=1.6)
    axes.add_patch(fitted)
    beyond = any(
        first < 0 or last >= length
        for (first, last), length in zip(found.theory, (height, width), strict=True)
    )
    field = (
        "theoretical field (red, goes beyond the image)" if beyond else "theoretical field (red)"
    )
    axes.set_title(f"{_plain(found.path)}: {field}, 2σ (yellow)", fontsize=9)
    return _png(figure)


def _plain(path: str) -> str:
    return path.replace("$", r"\$")  # or matplotlib would read mathematics


def _canvas(size: tuple[int, int]) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.4, 4.4), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor("#f3f3f0")
    axes.set_xlim(-0.5, size[1] - 0.5)
    axes.set_ylim(size[0] - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.tick_params(labelsize=8)
    return axes, figure


def _centre(both: tuple[Extent, Extent]) -> tuple[tuple[int, int], tuple[int, int]]:
    height, width = (extent.fields[len(extent.fields) // 2] for extent in both)
    return height, width


def _square(
    axes: Any, rows: tuple[int, int], columns: tuple[int, int], *, color: Any, width: float
) -> None:
    from matplotlib.patches import Rectangle

    corner = (columns[0] - 0.5, rows[0] - 0.5)
    tall, wide = rows[1] - rows[0] + 1, columns[1] - columns[0] + 1
    axes.add_patch(Rectangle(corner, wide, tall, fill=False, edgecolor=color, lw=width))


def _png(figure: Any) -> bytes:
    stream = BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()
