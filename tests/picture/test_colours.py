import itertools

import pytest

from archc.picture.colours import DARK, LIGHT, STEPS, Colour, Palette, heat, step, style


def luminance(colour: Colour) -> float:
    """WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_legible_on_whatever_it_stands_on(palette: Palette) -> None:
    grounds = [palette.page, palette.frame, *(heat(palette, at) for at in range(STEPS + 1))]
    for ground in grounds:
        assert contrast(palette.text, ground) >= 4.5
        assert contrast(palette.quiet, ground) >= 4.5
        assert contrast(palette.line, palette.page) >= 3  # WCAG 1.4.11, of what is no text


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_each_step_of_heat_is_another_colour_farther_from_the_page(palette: Palette) -> None:
    colours = [heat(palette, at) for at in range(STEPS + 1)]
    assert (colours[0], colours[-1]) == (palette.cold, palette.hot)
    far = [contrast(palette.page, colour) for colour in colours]
    assert all(a < b for a, b in itertools.pairwise(far))


def test_the_hottest_has_the_last_step_and_nothing_the_first() -> None:
    assert (step(0.0), step(1.0)) == (0, STEPS)
    assert step(0.01) > 0


def test_every_rule_is_for_the_drawing_alone() -> None:
    rules = [line for line in style("it").splitlines() if line not in ("}", "") and "@" not in line]
    assert all(line.startswith(".it ") for line in rules)
