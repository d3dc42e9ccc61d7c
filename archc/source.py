"""Texts and locations in them: what every diagnostic points at."""

import re
from functools import cached_property
from typing import NamedTuple

# YAML 1.1's line breaks, which libyaml counts by: marks would drift from str.splitlines().
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Source:
    """A text under the name a user knows it by: a path, ``<string>``, or ``-p``."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines without their breaks; at least one."""
        return _BREAK.split(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line's first character in the text."""
        return [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def line(self, number: int) -> str:
        """Line `number`, counted from 1; empty past the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def whole(self) -> "Span":
        """The location of a problem with the text as a whole: its first line."""
        return Span(self, 1, 1, 1, max(len(self.line(1)), 1) + 1)


class Span(NamedTuple):
    """A stretch of a source: lines and columns count characters from 1, the end is exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    def offsets(self) -> tuple[int, int]:
        """Return where the stretch starts and ends in the source's text."""
        starts = self.source.starts
        return (
            starts[min(self.line, len(starts)) - 1] + self.column - 1,
            starts[min(self.end_line, len(starts)) - 1] + self.end_column - 1,
        )

    def text(self) -> str:
        """Return the stretch of the source's text."""
        start, end = self.offsets()
        return self.source.text[start:end]

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"
