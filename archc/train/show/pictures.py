"""What the pictures share: matplotlib without its global state, and letters for any language.

matplotlib is imported when the first picture is drawn.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archc.extras import how_to_install
from archc.files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, GRID = "#333333", "#dddddd"
TRAIN, TEST = "#8a8f98", "#1f6fb4"
_FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "Hiragino Sans",
    "Microsoft YaHei",
    "PingFang SC",
)
"""Fonts to look for a letter in, one after the other."""


def remark() -> str | None:
    """Return why there will be no pictures; None where there will."""
    if find_spec("matplotlib") is not None:
        return None
    return f"no pictures: matplotlib is not installed ({how_to_install('matplotlib')})"


@contextmanager
def drawing() -> Iterator[None]:
    """Have the letters that this machine has; those it lacks are drawn as boxes, without a word."""
    import matplotlib
    from matplotlib import font_manager

    there = set(font_manager.get_font_names())
    style: dict[Any, Any] = {
        "font.family": [name for name in _FONTS if name in there] or ["sans-serif"],
        "font.size": 9,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": GRID,
        "xtick.color": INK,
        "ytick.color": INK,
        "figure.constrained_layout.h_pad": 0.08,  # inches
        "figure.constrained_layout.w_pad": 0.08,
        "text.parse_math": False,  # a class may be called `$5`
    }
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        yield


def save(figure: "Figure", path: Path) -> None:
    """Write a figure as PNG, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    write_whole(path, lambda beside: figure.savefig(beside, format="png", dpi=120))
