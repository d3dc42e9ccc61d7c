"""Cells in columns: the one aligner of tables."""

from collections.abc import Iterator, Sequence
from functools import cache

from archc.render.display import width

GAP = "  "
"""What separates two columns."""


class Columns:
    """Columns of fixed widths.

    Args:
        sides: a sign for each column: ``<`` aligns its cells to the left, ``>`` to the right.
        widths: of each column, in columns of a terminal.
    """

    def __init__(self, sides: str, widths: Sequence[int]) -> None:
        self.widths = tuple(widths)
        self._sides = sides
        self._padded = cache(_padded)  # the cells of a large network are few different ones

    @property
    def total(self) -> int:
        """The width of a whole line."""
        return sum(self.widths) + len(GAP) * (len(self.widths) - 1)

    def line(self, cells: Sequence[str]) -> str:
        """Return a line without spaces at its end; it may have fewer cells than columns."""
        return GAP.join(map(self._padded, cells, self.widths, self._sides)).rstrip()


def widest(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the width of the widest cell in each column; all rows have as many cells."""
    return [max(map(width, column)) for column in zip(*rows, strict=True)]


def aligned(rows: Sequence[Sequence[str]], sides: str) -> Iterator[str]:
    """Yield a line for each row; see `Columns`."""
    columns = Columns(sides, widest(rows))
    return map(columns.line, rows)


def _padded(text: str, room: int, side: str) -> str:
    space = " " * (room - width(text))
    return text + space if side == "<" else space + text
