"""Colours, fonts and files of the pictures, without matplotlib's global state.

matplotlib is imported when the first picture is drawn.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
"""Fonts to search for a letter, in this order."""


@contextmanager
def drawing() -> Iterator[None]:
    """Use the installed fonts; a letter that none of them has becomes a box, without a warning."""
    import matplotlib
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    style: dict[Any, Any] = {
        "font.family": [name for name in _FONTS if name in installed] or ["sans-serif"],
        "font.size": 9,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": GRID,
        "xtick.color": INK,
        "ytick.color": INK,
        "figure.constrained_layout.h_pad": 0.08,  # inches
        "figure.constrained_layout.w_pad": 0.08,
        "text.parse_math": False,  # a class name may contain `$`
    }
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        yield


def save(figure: "Figure", path: Path) -> None:
    """Write a figure as PNG, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    write_whole(path, lambda temporary: figure.savefig(temporary, format="png", dpi=120))
