"""What ``archc check --format json`` prints."""

from typing import Literal

from archc.report.models.base import Document, Part


class Related(Part):
    """Another location that explains a diagnostic."""

    message: str
    """What is to be seen there."""
    file: str
    """The file as it was named on the command line."""
    line: int
    """The first line, counted from 1."""
    column: int
    """The first character on that line, counted from 1."""
    end_line: int
    """The last line."""
    end_column: int
    """The character after the last one."""


class Diagnostic(Part):
    """A problem at a location."""

    code: str
    """The problem's code, which never changes: `AR402`."""
    name: str
    """The problem's name: `channel-mismatch`."""
    severity: Literal["error", "warning", "note"]
    """Only an error makes a spec unusable."""
    message: str
    """What is wrong, in one clause."""
    file: str
    """The file as it was named on the command line."""
    line: int
    """The first line, counted from 1."""
    column: int
    """The first character on that line, counted from 1."""
    end_line: int
    """The last line."""
    end_column: int
    """The character after the last one."""
    help: str | None
    """How to fix it."""
    related: tuple[Related, ...]
    """Other locations that explain the diagnostic."""


class Check(Document):
    """The diagnostics of several specs and recipes."""

    version: Literal[1]
    """1; it changes when a field is renamed or removed, not when one is added."""
    files: tuple[str, ...]
    """The files that were checked, in the order of the command line."""
    diagnostics: tuple[Diagnostic, ...]
    """All errors, warnings and notes, in the order of the files and of their texts."""
