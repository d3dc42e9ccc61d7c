"""How wide text may be in whatever sans-serif font the reader has."""

from archc.render.display import width

_EM, _BOLD_EM = 0.6, 0.66
"""Widths of a column, for text as labels are: measured on DejaVu Sans, the widest usual font."""


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return no less than the width of a line, in units of the drawing."""
    return width(text) * size * (_BOLD_EM if bold else _EM)
