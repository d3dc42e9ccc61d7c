"""``confusion.csv`` and ``confusion.png``: which class is predicted for which."""

import csv
import io
from collections.abc import Sequence
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from archc.files import write_text
from archc.train.show.base.pictures import GRID, drawing, save
from archc.train.show.base.rows import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WITH_COUNTS = 20
"""The most classes whose counts are legible in the picture."""
_NAMES = 50
"""The most names along an axis."""
_NAME = 24
"""The most characters of a name."""


def write_confusion(
    directory: Path, counts: Sequence[Sequence[int]], classes: Sequence[str]
) -> None:
    """Write ``confusion.csv``, and ``confusion.png`` if matplotlib is installed.

    Args:
        directory: the directory to write to.
        counts: true class × predicted class.
        classes: their names.

    Raises:
        OSError: a file cannot be written.
    """
    write_text(directory / "confusion.csv", as_csv(counts, classes))
    if find_spec("matplotlib") is not None:
        draw_confusion(directory / "confusion.png", counts, classes)


def as_csv(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> str:
    """Return the counts as CSV: a row per true class, a column per predicted class."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["true \\ taken for", *classes])
    writer.writerows([name, *row] for name, row in zip(classes, counts, strict=True))
    return text.getvalue()


def draw_confusion(path: Path, counts: Sequence[Sequence[int]], classes: Sequence[str]) -> None:
    """Draw the counts, each coloured by its share of the true class.

    Raises:
        OSError: the file cannot be written.
    """
    shares = [_shares(row) for row in counts]
    side = min(max(3.6, 1.8 + 0.42 * len(classes)), 11.0)
    with drawing():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(side + 1.2, side), layout="constrained")
        axes = figure.subplots()
        image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
        bar = figure.colorbar(
            image, ax=axes, fraction=0.04, pad=0.02, label="share of the true class"
        )
        bar.outline.set_visible(False)
        axes.set_title(_accuracy(counts), loc="left", fontsize=10, fontweight="bold")
        _name(axes, classes)
        if len(classes) <= _WITH_COUNTS:
            _count(axes, counts, shares)
        save(figure, path)


def _accuracy(counts: Sequence[Sequence[int]]) -> str:
    correct = sum(row[index] for index, row in enumerate(counts))
    samples = sum(map(sum, counts))
    share = f" ({percent(correct / samples)} %)" if samples else ""
    return f"{correct:,} of {samples:,} correct{share}"


def _shares(row: Sequence[int]) -> list[float]:
    samples = max(sum(row), 1)  # a class without samples has zeros alone
    return [count / samples for count in row]


def _name(axes: "Axes", classes: Sequence[str]) -> None:
    shown = range(0, len(classes), ceil(len(classes) / _NAMES))
    names = [_short(classes[index]) for index in shown]
    size = 9 if len(classes) <= _WITH_COUNTS else 7
    upright = len(classes) > 2 and max(len(name) for name in names) > 2
    axes.set_xticks(shown, names, fontsize=size, rotation=90 if upright else 0)
    axes.set_yticks(shown, names, fontsize=size)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.tick_params(length=0)
    axes.spines[:].set_color(GRID)


def _short(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= _NAME else f"{line[: _NAME - 1]}…"


def _count(
    axes: "Axes", counts: Sequence[Sequence[int]], shares: Sequence[Sequence[float]]
) -> None:
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            if not count:
                continue
            light = shares[row][column] > 0.5
            axes.text(
                column,
                row,
                str(count),
                ha="center",
                va="center",
                fontsize=8 if count < 10_000 else 6,
                color="white" if light else "black",
            )
