"""The terminal's colours and width."""

import os
import sys
from typing import IO

from archc.render.text import WIDTH


def wants_color(stream: IO[str] | None = None) -> bool:
    """Whether to colour what is written to `stream`, standard output by default.

    Source: https://no-color.org and https://force-color.org
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def columns(stream: IO[str] | None = None) -> int:
    """Return the width of the terminal that `stream` writes to; 100 where it is not one."""
    if (setting := os.environ.get("COLUMNS", "")).isdecimal() and int(setting):
        return int(setting)
    try:
        return os.get_terminal_size((stream or sys.stdout).fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH
