"""What every layer sees of the input, as a table, and as an object for a program."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from archc.analyses.extent import Extent, Extents
from archc.analyses.field_rule import Number
from archc.render.display import printable, width

if TYPE_CHECKING:
    from archc.measure.effective_field import Effective

VERSION = 1

_TITLES = ("layer", "field", "jump", "first centre", "in padding", "beyond image")
_GLOBAL = "global"
_GAP = "  "


class Seen(NamedTuple):
    """A layer or a block by its path, and what its value sees."""

    path: str
    extents: Extents


def field_table(rows: Sequence[Seen]) -> str:
    """Return a line for each row; along height and width where the two differ, ``3×7``.

    Sizes, jumps and centres are in input pixels; the columns are those of `Extent`. Where the
    elements of a map see stretches of different sizes, the smallest and the largest are told,
    ``1–2``. A field that is an upper bound is marked ``≤``.
    """
    cells = [_TITLES, *map(_cells, rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return "".join(f"{_line(line, widths)}\n" for line in cells)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    name = cells[0] + " " * (widths[0] - width(cells[0]))
    numbers = (cell.rjust(room) for cell, room in zip(cells[1:], widths[1:], strict=True))
    return _GAP.join((name, *numbers)).rstrip()


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
    """Return the rows as plain data; `docs/receptive-field.md` says what each field is."""
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


def effective_text(found: "Effective") -> str:
    """Return a measured field in a few lines."""
    field = _pair([str(last - first + 1) for first, last in found.theory])
    sigma = _pair([f"{2 * one:.1f}" for one in found.sigma])
    centre = ", ".join(f"{one:.1f}" for one in found.centre)
    return (
        f"layer              {printable(found.path)}, unit {found.unit[0]}, {found.unit[1]}; "
        f"{found.samples:,} draw{'' if found.samples == 1 else 's'}\n"
        f"theoretical field  {field}\n"
        f"fitted Gaussian    centre {centre}; 2σ {sigma}\n"
        f"effective size     {found.size:.1f}, "
        f"{found.ratio:.1%} of the side of the field within the image\n"
    )


def effective_json(found: "Effective") -> Mapping[str, Any]:
    """Return a measured field as plain data; `docs/receptive-field.md` says what each field is."""
    return {
        "version": VERSION,
        "path": found.path,
        "unit": list(found.unit),
        "samples": found.samples,
        "seed": found.seed,
        "theory": [list(interval) for interval in found.theory],
        "centre": list(found.centre),
        "two_sigma": [2 * one for one in found.sigma],
        "size": found.size,
        "ratio": found.ratio,
    }
