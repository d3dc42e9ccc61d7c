"""The summary as a table for a terminal: aligned, cropped to its width, never wrapped."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from archc.analyses.field_rule import Number
from archc.analyses.summary import Row, Summary, summarise
from archc.graph.graph import Graph
from archc.problems.shapes import shape_text
from archc.render.display import printable
from archc.render.display import width as width_of
from archc.report.columns import GAP, Columns, widest
from archc.report.totals import totals

_TITLES = ("layer", "operator", "output", "params", "MACs", "RF", "jump")
_USERS = 2  # columns of text that the user wrote
_SIDES = "<<<>>>>"
_NARROWEST = {1: 10, 0: 10}
_INDENT = "  "
_NONE = "–"
_CUT = "…"
_HEADS = "auxiliary heads, in training mode only"
_MOST_KINDS = 12
_BOUND = "≤"
_BOUNDS = f"RF {_BOUND}: an upper bound"

_BOLD, _DIM, _HEAD = "1", "2", "35"

Paint = Callable[[str, str], str]


class _Line(NamedTuple):
    """One line of the table; of a scope that is shown with its layers, only the first two cells."""

    cells: tuple[str, ...]
    style: str = ""


def table(
    graph: Graph,
    *,
    batch: int = 1,
    depth: int | None = None,
    width: int | None = None,
    color: bool = False,
) -> str:
    """Return the summary of a sound graph as text.

    The columns of numbers add up to the totals below: a scope that is shown with its layers has
    none of its own, one that is folded has the sums of what it holds.

    Args:
        graph: the network.
        batch: the number of samples for the activation memory.
        depth: how deep scopes are shown; deeper ones are folded into one line each, equal
            neighbours into one together. None shows all.
        width: the columns of the terminal; None leaves every line as long as it is.
        color: whether escape sequences may be used.
    """
    summary = summarise(graph, batch)
    paint = _colored if color else _plain
    lines = list(_lines(summary.rows, depth or 0))
    layout = _Layout([_Line(_TITLES), *lines], width)
    text = [_heading(summary, width, paint), ""]
    text += [paint("".join(layout.parts(_TITLES)), _DIM), paint("─" * layout.total, _DIM)]
    for line in lines:
        name, beside = layout.parts(line.cells)
        text.append(paint(name, line.style) + beside)
    text += ["", *(_crop(line, width) for line in totals(summary))]
    if not all(row.exact for row in summary.layers):
        text += ["", _crop(_BOUNDS, width)]
    return "\n".join(text) + "\n"


def _colored(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style else text


def _plain(text: str, style: str) -> str:
    return text


def _heading(summary: Summary, room: int | None, paint: Paint) -> str:
    rest = f"{GAP}input {shape_text(summary.input)}"
    name = printable(summary.name) or "network"
    return paint(_crop(name, room and max(1, room - len(rest))), _BOLD) + _crop(rest, room)


# Rows to lines


def _lines(rows: Sequence[Row], depth: int, level: int = 1) -> Iterator[_Line]:
    indent = _INDENT * (level - 1)
    heads = False
    for same in _together(rows, folded=level == depth):
        row = same[0]
        if level == 1 and row.auxiliary and not heads:
            heads = True
            yield _Line((_HEADS,), _HEAD)
        if row.rows is None:
            yield _Line((indent + row.name, row.label, *_numbers(same)))
        elif level == depth:
            yield _Line((indent + _span(same), _folded(same), *_numbers(same)), _BOLD)
        else:
            yield _Line((indent + row.name, row.label), _BOLD)
            yield from _lines(row.rows, depth, level + 1)


def _together(rows: Sequence[Row], *, folded: bool) -> Iterator[list[Row]]:
    """Yield the rows one by one; where they are folded, equal neighbours at once."""
    if not folded:
        yield from ([row] for row in rows)
        return
    for _, same in groupby(rows, key=lambda row: _structure(row) if row.rows else id(row)):
        yield list(same)


def _structure(row: Row) -> object:
    """Return all that is shown of a row but its name and its receptive field."""
    inner = tuple(map(_structure, row.rows)) if row.rows is not None else None
    return row.label, row.output_shape, row.params, row.macs, inner


def _span(same: list[Row]) -> str:
    return same[0].name if len(same) == 1 else f"{same[0].name}–{same[-1].name}"


def _folded(same: list[Row]) -> str:
    row = same[0]
    label = row.label if row.op else f"{_contents(row)} {row.label}".rstrip()
    return label if len(same) == 1 else f"{label} × {len(same)}"


def _contents(row: Row) -> str:
    """Name what a plain body holds: ``basic_block × 2``."""
    kinds = [inner.op or f"[{_contents(inner)}]" for inner in row.rows or ()]
    runs = [(kind, len(list(run))) for kind, run in groupby(kinds)]
    shown = [f"{kind} × {count}" if count > 1 else kind for kind, count in runs[:_MOST_KINDS]]
    return ", ".join([*shown, _CUT] if len(runs) > _MOST_KINDS else shown)


def _numbers(same: list[Row]) -> tuple[str, ...]:
    """Return the cells from the output's shape on; equal rows are summed, and end as the last."""
    last = same[-1]
    spent = (row.params for row in same), (row.macs for row in same)
    sums = [f"{total:,}" if total else _NONE for total in map(sum, spent)]
    field = ("" if last.exact else f"{_BOUND} ") + _pair(last.receptive_field)
    return (shape_text(last.output_shape), *sums, field, _pair(last.jump, ""))


def _pair(pair: tuple[Number, Number] | None, everything: str = "global") -> str:
    if pair is None:
        return everything
    height, breadth = pair
    return f"{height}" if height == breadth else f"{height}×{breadth}"


# Lines to text


class _Layout:
    """Aligns lines: columns of text to the left, numbers to the right."""

    def __init__(self, lines: list[_Line], room: int | None) -> None:
        self._columns = Columns(_SIDES, _fit(_widths(lines), room))
        self._crop = cache(_crop)
        self.total = self._columns.total

    def parts(self, cells: tuple[str, ...]) -> tuple[str, str]:
        """Return a line's name, and the rest of the line."""
        if len(cells) == 1:
            return _crop(cells[0], self.total), ""
        first, *widths = self._columns.widths
        # A line without numbers has room for more text.
        second = widths[0] if widths and len(cells) > _USERS else self.total - first - len(GAP)
        name, text = self._crop(cells[0], first), self._crop(cells[1], second)
        line = self._columns.line((name, text, *cells[_USERS:]))
        return name, line[len(name) :]


def _widths(lines: list[_Line]) -> list[int]:
    """Return the widths of the columns where there is room for all text."""
    full = [line.cells for line in lines if len(line.cells) == len(_TITLES)]
    names = max(width_of(line.cells[0]) for line in lines if len(line.cells) > 1)
    return [names, *widest(full)[1:]]


def _fit(widths: list[int], room: int | None) -> list[int]:
    """Narrow the columns to a terminal: settings first, then names; the last resort drops some."""
    if room is None:
        return widths
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - room
    for column, narrowest in _NARROWEST.items():
        if excess > 0:
            taken = min(excess, max(0, widths[column] - narrowest))
            widths[column] -= taken
            excess -= taken
    while excess > 0 and len(widths) > 1:
        excess -= widths.pop() + len(GAP)
    return widths if excess <= 0 else [room]


def _crop(text: str, room: int | None) -> str:
    """Return a text that takes at most `room` columns."""
    if room is None or width_of(text) <= room:
        return text
    used = width_of(_CUT)
    for end, char in enumerate(text):
        used += width_of(char)
        if used > room:
            return text[:end].rstrip(" ·") + _CUT
    return text
