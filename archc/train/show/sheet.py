# ruff: noqa: D102 - a method means what it means at Reporter
"""``metrics.csv``: a row an epoch, for a spreadsheet or pandas."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from archc.files import write_text
from archc.train.metrics import Epoch
from archc.train.show.reporter import Facts, Reporter

_TITLES = (
    "epoch",
    "train_loss",
    "train_accuracy",
    "train_top5",
    "test_loss",
    "test_accuracy",
    "test_top5",
    "lr",
    "seconds",
    "images_per_second",
    "best",
)


class Sheet(Reporter):
    """Writes the whole history after each epoch.

    So a killed run has no half row and one that goes on has no row twice.

    Args:
        path: of the file.

    Raises:
        OSError: from `begin` and `epoch_done`, where it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._history: list[Epoch] = []

    def begin(self, facts: Facts) -> None:
        self._history = list(facts.history)
        write_text(self._path, as_csv(self._history))

    def epoch_done(self, epoch: Epoch) -> None:
        self._history.append(epoch)
        write_text(self._path, as_csv(self._history))


def as_csv(history: Sequence[Epoch]) -> str:
    """Return the history as CSV; accuracies are fractions, and every float reads back exactly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_TITLES)
    writer.writerows(_cells(epoch) for epoch in history)
    return text.getvalue()


def _cells(epoch: Epoch) -> tuple[float, ...]:
    train, test = epoch.train[:3], epoch.test[:3]
    speed = (epoch.lr, epoch.seconds, epoch.images_per_second)
    return (epoch.number, *train, *test, *speed, int(epoch.best))
