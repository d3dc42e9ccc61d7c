"""Receptive fields as a table, and as plain data for JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from archc.analyses.extent import Extent, Extents
from archc.analyses.field_rule import Number
from archc.render.display import printable
from archc.report.columns import aligned

if TYPE_CHECKING:
    from archc.measure.effective_field import Effective

VERSION = 1

_TITLES = ("layer", "field", "jump", "first centre", "in padding", "beyond image")
_GLOBAL = "global"
_RATIO = "of the side of the field within the image"


class Seen(NamedTuple):
    """A layer or a block by its path, and the extents of its value."""

    path: str
    extents: Extents


def field_table(rows: Sequence[Seen]) -> str:
    """Return a table with a line for each row; ``3×7`` is along height and width.

    Sizes, cumulative strides and centres are in input pixels; the columns are those of `Extent`.
    Where the elements of a map have fields of different sizes, the smallest and the largest are
    shown, ``1–2``. A field that is an upper bound is marked ``≤``.
    """
    lines = aligned([_TITLES, *map(_cells, rows)], "<>>>>>")
    return "".join(f"{line}\n" for line in lines)


def _cells(row: Seen) -> tuple[str, ...]:
    if row.extents is None:
        return (printable(row.path), _GLOBAL, *[""] * (len(_TITLES) - 2))
    bound = "" if _exact(row.extents) else "≤ "
    return (printable(row.path), *_numbers(row.extents, bound))


def _numbers(both: tuple[Extent, Extent], bound: str) -> Iterator[str]:
    yield bound + _pair([_size(extent) for extent in both])
    yield _pair([_number(extent.jump) for extent in both])
    yield _pair([_number(extent.first_centre) for extent in both], ", ")
    yield _pair([str(extent.first_padding) for extent in both])
    yield _pair(["{} + {}".format(*extent.beyond) for extent in both], ", ")


def _size(extent: Extent) -> str:
    smallest, largest = extent.smallest_size, extent.field_size
    return str(largest) if smallest == largest else f"{smallest}–{largest}"


def _exact(both: tuple[Extent, Extent]) -> bool:
    return all(extent.exact for extent in both)


def _pair(texts: list[str], between: str = "×") -> str:
    return texts[0] if texts[0] == texts[1] else between.join(texts)


def _number(number: Number | float) -> str:
    return f"{float(number):g}"


def field_json(rows: Sequence[Seen]) -> Mapping[str, Any]:
    """Return the rows as plain data; `archc.report.models.Fields` is its model."""
    return {"version": VERSION, "layers": [_layer(row) for row in rows]}


def _layer(row: Seen) -> dict[str, Any]:
    if row.extents is None:
        return {"path": row.path, "global": True}
    return {
        "path": row.path,
        "global": False,
        "exact": _exact(row.extents),
        "size": [extent.field_size for extent in row.extents],
        "smallest": [extent.smallest_size for extent in row.extents],
        "jump": [_plain(extent.jump) for extent in row.extents],
        "first_centre": [extent.first_centre for extent in row.extents],
        "first_padding": [extent.first_padding for extent in row.extents],
        "beyond": [list(extent.beyond) for extent in row.extents],
    }


def _plain(number: Number) -> int | float:
    return number if isinstance(number, int) else float(number)


def effective_text(effective: "Effective") -> str:
    """Return a measured field in a few lines."""
    field = _pair([str(last - first + 1) for first, last in effective.theory])
    two_sigma = _pair([f"{2 * sigma:.1f}" for sigma in effective.sigma])
    centre = ", ".join(f"{axis:.1f}" for axis in effective.centre)
    draws = f"{effective.samples:,} draw{'' if effective.samples == 1 else 's'}"
    row, column = effective.unit
    lines = aligned(
        [
            ("layer", f"{printable(effective.path)}, element {row}, {column}; {draws}"),
            ("theoretical field", field),
            ("fitted Gaussian", f"centre {centre}; 2σ {two_sigma}"),
            ("effective size", f"{effective.size:.1f}, {effective.ratio:.1%} {_RATIO}"),
        ],
        "<<",
    )
    return "".join(f"{line}\n" for line in lines)


def effective_json(effective: "Effective") -> Mapping[str, Any]:
    """Return a measured field as plain data; its model is `archc.report.models.EffectiveField`."""
    return {
        "version": VERSION,
        "path": effective.path,
        "unit": list(effective.unit),
        "samples": effective.samples,
        "seed": effective.seed,
        "theory": [list(interval) for interval in effective.theory],
        "centre": list(effective.centre),
        "two_sigma": [2 * sigma for sigma in effective.sigma],
        "size": effective.size,
        "ratio": effective.ratio,
    }
