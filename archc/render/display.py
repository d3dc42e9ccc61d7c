"""Text for a terminal: made safe to print, measured and cropped."""

from collections.abc import Iterator
from typing import NamedTuple

_TAB = "    "
_CUT = "…"


def printable(text: str) -> str:
    """Return `text` with signs in place of control, invisible and unassigned characters."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    if char == "\t":
        return _TAB
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)  # the pictures of the control characters
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


def width(text: str) -> int:
    """Return the columns that printable text takes: two for 한 and 漢, none for an accent."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    from unicodedata import category, east_asian_width  # only text beyond ASCII pays for it

    # Medial and final Jamo join the letter before them, as macOS writes Korean file names.
    if "\u1160" <= char <= "\u11ff" or category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


class Crop(NamedTuple):
    """A part of a line, as shown, and which characters of the line it is."""

    text: str
    first: int
    last: int
    line: str

    def underline(self, start: int, end: int) -> tuple[int, int]:
        """Return the column at which the characters `start` to `end` are shown, and their width.

        Nothing is wider than what is shown of it, nor narrower than one column.
        """
        shown = max(self.first, min(start, self.last))
        before = len(_CUT) if self.first else 0
        before += width(printable(self.line[self.first : shown]))
        marked = printable(self.line[shown : max(shown, min(end, self.last))])
        return before, max(width(marked), 1)


def crop(line: str, start: int, end: int, room: int) -> Crop:
    """Return the part of `line` around its characters `start` to `end` that `room` columns hold.

    Costs no more for a line of many megabytes than for one a little wider than the room.
    """
    if _fitting(line, 0, room) == len(line):
        return Crop(printable(line), 0, len(line), line)
    room -= 2 * len(_CUT)
    first = 0
    if end > _fitting(line, 0, room):
        first = start - _fitting(line[max(0, start - room) : start][::-1], 0, room // 4)
        # What is left of the room when the line ends early shows more of its beginning.
        left = room - _taken(line, first, room)
        first -= _fitting(line[max(0, first - room) : first][::-1], 0, left)
    last = _fitting(line, first, room)
    text = printable(line[first:last])
    return Crop(
        f"{_CUT if first else ''}{text}{_CUT if last < len(line) else ''}", first, last, line
    )


def _widths(line: str, first: int, room: int) -> Iterator[int]:
    # Counting at least one column each bounds the work on a line of accents only.
    return (max(width(printable(char)), 1) for char in line[first : first + room])


def _taken(line: str, first: int, room: int) -> int:
    part = line[first : first + room]
    return len(part) if _is_simple(part) else sum(_widths(line, first, room))


def _is_simple(text: str) -> bool:
    """Whether each character takes a column, as it does in most specs."""
    return text.isascii() and text.isprintable()


def _fitting(line: str, first: int, room: int) -> int:
    """Return the end of what fits into `room` columns from `first` on."""
    part = line[first : first + room + 1]
    if _is_simple(part):
        return first + min(len(part), room)
    for columns in _widths(line, first, room):
        room -= columns
        if room < 0:
            break
        first += 1
    return first
