# ruff: noqa: D102 - an event is documented at `Reporter`
"""``curves.png``: loss and accuracy over the epochs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archc.train.metrics import Epoch
from archc.train.show.base.pictures import GRID, INK, TEST, TRAIN, drawing, save
from archc.train.show.base.reporter import Facts, Reporter
from archc.train.show.base.rows import best_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Curves(Reporter):
    """Draw ``curves.png`` when training ends, if an epoch is complete.

    Raises:
        OSError: `finished` cannot write the file.
    """

    writes_files = True
    needs = "matplotlib"
    makes = "pictures"

    _path: Path

    def begin(self, facts: Facts) -> None:
        self._path = facts.directory / "curves.png"

    def finished(self, history: Sequence[Epoch], ended: str) -> None:
        if history:
            draw_curves(history, self._path)


def draw_curves(history: Sequence[Epoch], path: Path) -> None:
    """Draw loss (left) and accuracy (right) of both splits, with the best epoch marked.

    Raises:
        OSError: the file cannot be written.
    """
    with drawing():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8.5, 3.4), layout="constrained")
        loss, accuracy = figure.subplots(1, 2)
        _draw(
            loss,
            "Loss",
            [epoch.train.loss for epoch in history],
            [epoch.test.loss for epoch in history],
            history,
        )
        _draw(
            accuracy,
            "Accuracy (%)",
            [100 * epoch.train.accuracy for epoch in history],
            [100 * epoch.test.accuracy for epoch in history],
            history,
        )
        accuracy.legend(frameon=False, loc="best")
        save(figure, path)


def _draw(
    axes: "Axes",
    title: str,
    train: Sequence[float],
    test: Sequence[float],
    history: Sequence[Epoch],
) -> None:
    from matplotlib.ticker import MaxNLocator

    numbers = [epoch.number for epoch in history]
    dot = "o" if len(history) == 1 else None  # a line through one point is invisible
    axes.plot(numbers, train, color=TRAIN, linewidth=1.4, marker=dot, markersize=4, label="train")
    axes.plot(numbers, test, color=TEST, linewidth=1.8, marker=dot, markersize=4, label="test")
    if (best := best_of(history)) is not None:
        _mark(axes, best.number, test[numbers.index(best.number)])
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
    if len(history) == 1:
        axes.set_xticks(numbers)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _mark(axes: "Axes", number: int, value: float) -> None:
    """Mark the best epoch with a ring; the legend shows its value."""
    text = f"{value:.2f}" if value >= 10 else f"{value:.3g}"
    axes.plot(
        [number],
        [value],
        marker="o",
        markersize=8,
        markerfacecolor="none",
        markeredgecolor=INK,
        markeredgewidth=1.2,
        linestyle="none",
        label=f"best: {text} at epoch {number}",
    )
