"""The receptive field of a layer's centre element, drawn over the pixels of the input.

matplotlib is imported when something is drawn: nothing else needs it.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from archc.analyses.extent import Extent, Interval
from archc.report.field_table import Seen

if TYPE_CHECKING:
    from archc.measure.effective_field import Effective

_DPI = 110
_LINE = "#d1495b"
_FITTED = "#ffd166"
_IMAGE, _PADDING, _EDGE = "#f6f5f0", "#d9d8d2", "#8a8984"
_MAP = "viridis"
_MOST = 12
"""How many fields are drawn and named at most; of more, some at even distances."""
_WIDEST = 22
"""How many characters of a path there is room for."""

_Square = tuple[Interval, Interval]
"""The first and the last row, and column."""


def draw_fields(rows: Sequence[Seen], size: tuple[int, int]) -> bytes:
    """Return a PNG of the fields of the centre elements of maps, over an input of `size`."""
    from matplotlib import colormaps

    layers: dict[_Square, list[str]] = {}
    for row in rows:
        if row.extents is not None:
            layers.setdefault(_centre(row.extents), []).append(row.path)
    squares = _some(sorted(layers, key=_area))
    figure, axes = _canvas(size, squares)
    for place, square in enumerate(squares):
        color = colormaps[_MAP](0.9 * place / max(1, len(squares) - 1))
        named = _named(layers[square])
        axes.add_patch(_rectangle(square, edgecolor=color, lw=1.6, label=_label(square, named)))
    _explain(
        figure, axes, "receptive field of the centre element", columns=1 if len(squares) < 4 else 2
    )
    return _png(figure)


def draw_effective(found: "Effective") -> bytes:
    """Return a PNG of the heat with the theoretical square and the Gaussian's 2σ.

    The colours follow the root of the heat, or all but its peak would be dark.
    """
    from matplotlib.patches import Ellipse

    height, width = found.heat.shape
    figure, axes = _canvas((height, width), [found.theory])
    axes.imshow(found.heat.sqrt().tolist(), cmap=_MAP, zorder=0.5)
    named = _label(found.theory, "theoretical field")
    axes.add_patch(_rectangle(found.theory, edgecolor=_LINE, lw=1.8, label=named))
    (row, column), (tall, wide) = found.centre, found.sigma
    twice = f"{2 * tall:.1f}" if abs(tall - wide) < 0.05 else f"{2 * tall:.1f}×{2 * wide:.1f}"
    fitted: dict[str, Any] = {
        "edgecolor": _FITTED,
        "lw": 1.8,
        "label": f"fitted Gaussian, 2σ = {twice}",
    }
    axes.add_patch(Ellipse((column, row), 4 * wide, 4 * tall, fill=False, **fitted))
    _explain(figure, axes, f"{_plain(found.path)}: weight of each pixel for the centre element")
    return _png(figure)


def _canvas(size: tuple[int, int], squares: Sequence[_Square]) -> tuple[Any, Any]:
    """Return a figure and its axes, on which the image and all squares have room."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5.6), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    image = ((0, size[0] - 1), (0, size[1] - 1))
    (top, bottom), (left, right) = (
        (min(first for first, _ in axis), max(last for _, last in axis))
        for axis in zip(image, *squares, strict=True)
    )
    margin = 0.5 + 0.02 * max(bottom - top + 1, right - left + 1)
    axes.set_xlim(left - margin, right + margin)
    axes.set_ylim(bottom + margin, top - margin)
    axes.set_aspect("equal")
    axes.set_facecolor(_PADDING)
    axes.add_patch(_rectangle(image, fill=True, facecolor=_IMAGE, edgecolor=_EDGE, lw=1, zorder=0))
    axes.tick_params(labelsize=8, color=_EDGE)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure, axes


def _explain(figure: Any, axes: Any, title: str, columns: int = 2) -> None:
    axes.set_title(title, fontsize=10)
    figure.legend(
        handles=axes.get_legend_handles_labels()[0],
        loc="outside lower center",
        ncols=columns,
        fontsize=8,
        frameon=False,
        handlelength=1.2,
    )


def _centre(both: tuple[Extent, Extent]) -> _Square:
    height, width = (extent.fields[len(extent.fields) // 2] or extent.first for extent in both)
    return height, width


def _some(squares: list[_Square]) -> list[_Square]:
    if len(squares) <= _MOST:
        return squares
    last = len(squares) - 1
    return [squares[round(i * last / (_MOST - 1))] for i in range(_MOST)]


def _sides(square: _Square) -> tuple[int, int]:
    (top, bottom), (left, right) = square
    return bottom - top + 1, right - left + 1


def _area(square: _Square) -> int:
    tall, wide = _sides(square)
    return tall * wide


def _label(square: _Square, named: str) -> str:
    tall, wide = _sides(square)
    return f"{tall}×{wide}  {named}"


def _named(paths: list[str]) -> str:
    """Return the least deep of the layers that see the same."""
    path = min(paths, key=lambda path: path.count("."))
    shown = path if len(path) <= _WIDEST else f"…{path[1 - _WIDEST :]}"
    return _plain(shown) + (" …" if len(paths) > 1 else "")


def _plain(path: str) -> str:
    return path.replace("$", r"\$")  # or matplotlib would read mathematics


def _rectangle(square: _Square, *, fill: bool = False, **style: Any) -> Any:
    from matplotlib.patches import Rectangle

    (top, _), (left, _), (tall, wide) = *square, _sides(square)
    return Rectangle((left - 0.5, top - 0.5), wide, tall, fill=fill, **style)


def _png(figure: Any) -> bytes:
    stream = BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()
