"""What the page on receptive fields states beyond the output of its commands."""

import re
from pathlib import Path

import torch
from graphs import sound

import archc
from archc.analyses.cost import cost

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "receptive-field.md").read_text("utf-8")
FILES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.S))


def weights(text):
    graph = sound(text)
    return sum(one.params for one in cost(graph).nodes.values())


def rows_read(text):
    """Return which rows of the image, made NaN, make the middle of the output NaN."""
    module = archc.compile(text).eval()
    rows = set()
    for row in range(32):
        image = torch.zeros(1, 64, 32, 32)
        image[:, :, row] = torch.nan
        with torch.no_grad():
            if module(image)[0, :, 16, 16].isnan().any():
                rows.add(row)
    return rows


def test_two_small_kernels_have_fewer_weights_than_one_large():
    assert weights(FILES["two.yaml"]) == 18 * 64**2 == 73_728
    assert weights(FILES["one.yaml"]) == 25 * 64**2 == 102_400
    assert weights(FILES["three.yaml"]) == 27 * 64**2
    assert "73,728 and 102,400" in " ".join(PAGE.split())


def test_two_small_kernels_read_what_one_large_reads():
    assert rows_read(FILES["two.yaml"]) == rows_read(FILES["one.yaml"]) == set(range(14, 19))
    assert rows_read(FILES["three.yaml"]) == set(range(13, 20))


def test_pictures_are_there_and_small():
    pictures = re.findall(r"\]\((pictures/.*?)\)", PAGE)
    assert pictures
    assert all((DOCS / name).stat().st_size < 200_000 for name in pictures)
