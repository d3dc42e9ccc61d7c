"""How wide text may be in whatever sans-serif font the reader has."""

from archc.render.display import width

_REGULAR = {
    0.30: "'IJijl",
    0.35: " ,./:;\\|·",
    0.40: "()-[]ft",
    0.45: "!r",
    0.50: '"*_`–',
    0.55: "?csz",
    0.60: "FLkvxy",
    0.65: "$0123456789EPSTYabdeghnopqu{}",
    0.70: "ABCKRVXZ",
    0.75: "NU",
    0.80: "&DGHOQ",
    0.85: "#+<=>^w~×→",
    0.90: "M",
    1.00: "%@Wm",
}
_BOLD = {
    0.35: " 'ijl",
    0.40: ",./:;IJ\\|·",
    0.45: "-f",
    0.50: "!()[]_`rt–",
    0.55: '"*',
    0.60: "?csz",
    0.65: "Lx",
    0.70: "$0123456789EFTaekovy",
    0.75: "CPSYZbdghnpqu{}",
    0.80: "ABKRVX",
    0.85: "#+<=>DGHNU^~×→",
    0.90: "&OQ",
    0.95: "w",
    1.00: "@M",
    1.05: "%m",
    1.15: "W",
}
"""How much of the size letters are wide, at most, in DejaVu Sans, the widest usual font."""

_COLUMN, _BOLD_COLUMN = 0.6, 0.75
"""Of the columns of any other letter, of which 한 takes two."""


def _each(widths: dict[float, str]) -> dict[str, float]:
    return {letter: wide for wide, letters in widths.items() for letter in letters}


_WIDTHS, _BOLD_WIDTHS = _each(_REGULAR), _each(_BOLD)


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width that a line may have, in units of the drawing."""
    widths, column = (_BOLD_WIDTHS, _BOLD_COLUMN) if bold else (_WIDTHS, _COLUMN)
    return size * sum(
        widths[letter] if letter in widths else column * width(letter) for letter in text
    )
