"""The colours of a drawing, for light and for dark pages; text has a contrast of 4.5 on each.

Source of the contrast: WCAG 2.2, 1.4.3, https://www.w3.org/TR/WCAG22/#contrast-minimum
"""

from math import sqrt
from typing import NamedTuple

STEPS = 16
"""How many colours of heat there are above the coldest."""

Colour = tuple[int, int, int]


class Palette(NamedTuple):
    """The colours of one kind of page; what is coloured by heat is from `cold` to `hot`."""

    page: Colour
    frame: Colour
    text: Colour
    quiet: Colour
    line: Colour
    border: Colour
    cold: Colour
    hot: Colour


LIGHT = Palette(
    page=(255, 255, 255),
    frame=(244, 246, 248),
    text=(27, 39, 51),
    quiet=(62, 74, 86),
    line=(81, 96, 110),
    border=(170, 180, 190),
    cold=(250, 251, 253),
    hot=(153, 195, 230),
)
DARK = Palette(
    page=(20, 25, 31),
    frame=(27, 33, 40),
    text=(232, 237, 242),
    quiet=(190, 201, 211),
    line=(140, 155, 170),
    border=(74, 86, 99),
    cold=(33, 40, 48),
    hot=(29, 84, 132),
)


def step(share: float) -> int:
    """Return the step of heat for a share of the hottest; its root, or few would be seen."""
    return round(STEPS * sqrt(share))


def heat(palette: Palette, at: int) -> Colour:
    """Return the colour of a step of heat."""
    red, green, blue = (
        round(cold + (hot - cold) * at / STEPS)
        for cold, hot in zip(palette.cold, palette.hot, strict=True)
    )
    return red, green, blue


def style(scope: str) -> str:
    """Return the style sheet of a drawing inside elements of the class `scope`, and of no other."""
    shape = f"""\
.{scope} text{{font-family:"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}}
.{scope} .name{{font-weight:600}}
.{scope} .link{{fill:none;stroke-width:1.2}}
.{scope} .aside{{stroke-dasharray:5 4}}
"""
    light, dark = _colours(scope, LIGHT), _colours(scope, DARK)
    return f"{shape}{light}@media screen and (prefers-color-scheme:dark){{\n{dark}}}"


def properties() -> str:
    """Return the palettes as CSS properties that follow a page's `color-scheme`: ``--frame``."""
    pairs = zip(Palette._fields, LIGHT, DARK, strict=True)
    values = (f"--{name}:light-dark({_hex(light)},{_hex(dark)})" for name, light, dark in pairs)
    return f":root{{{';'.join(values)}}}\n"


def _colours(scope: str, palette: Palette) -> str:
    """Return the rules that a palette takes part in."""
    line, border = _hex(palette.line), _hex(palette.border)
    rules = {
        "text": f"fill:{_hex(palette.text)}",
        ".quiet": f"fill:{_hex(palette.quiet)}",
        ".page": f"fill:{_hex(palette.page)}",
        ".frame": f"fill:{_hex(palette.frame)};stroke:{border}",
        ".box": f"stroke:{line}",
        ".link": f"stroke:{line}",
        ".tip": f"fill:{line}",
        ".edge": f"fill:none;stroke:{border}",
        **{f".h{at}": f"fill:{_hex(heat(palette, at))}" for at in range(STEPS + 1)},
    }
    return "".join(f".{scope} {which}{{{rule}}}\n" for which, rule in rules.items())


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
