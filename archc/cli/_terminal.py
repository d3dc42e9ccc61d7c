"""What the terminal can show."""

import os
import sys
from typing import IO

from archc.render.text import WIDTH


def wants_color(stream: IO[str] | None = None) -> bool:
    """Whether to colour what goes to `stream`, standard output unless given.

    Source: https://no-color.org and https://force-color.org
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def columns(stream: IO[str] | None = None) -> int:
    """Return the width of the terminal that `stream` writes to; a fixed one where it is none."""
    if (given := os.environ.get("COLUMNS", "")).isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size((stream or sys.stdout).fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH
