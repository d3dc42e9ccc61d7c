import pytest

from archc.picture.text import width_of
from archc.render.display import printable

TEXTS = [
    "conv1 conv 7×7/2, 64 +BN +ReLU",
    "inception4b inception 160, 112, 224, 24, 64, 64",
    "+ → ReLU",
    "0–1 basic_block 64 · stride 2",
    "MOMENTUM_WWW@%",
    "37 k · 116 M MAC · RF 35",
    "".join(map(chr, range(32, 127))),
]


@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
@pytest.mark.parametrize("text", TEXTS)
def test_text_has_room_in_dejavu_sans(text: str, bold: bool) -> None:
    fonts = pytest.importorskip("matplotlib.font_manager")
    draw = pytest.importorskip("PIL.ImageFont")
    weight = "bold" if bold else "normal"
    found = fonts.findfont(fonts.FontProperties(family="DejaVu Sans", weight=weight))
    drawn = draw.truetype(found, 1000).getlength(text) / 1000
    assert drawn <= width_of(text, 1, bold=bold) <= 1.1 * drawn


def test_wide_letters_take_two_columns_and_accents_none() -> None:
    assert width_of("한", 10) == 2 * width_of("д", 10)
    assert width_of("e\N{COMBINING ACUTE ACCENT}", 10) == width_of("e", 10)
    assert width_of(printable("\n"), 10) > 0
