# ruff: noqa: D102 - an event is documented at `Reporter`
"""``metrics.csv``: one row per epoch, for a spreadsheet or pandas."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from archc.files import write_text
from archc.train.metrics import Epoch
from archc.train.show.base.reporter import Facts, Reporter

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


class MetricsCsv(Reporter):
    """Write the whole history to ``metrics.csv`` after each epoch.

    A killed run therefore leaves no incomplete row, and a resumed one no row twice.

    Raises:
        OSError: `begin` or `epoch_done` cannot write the file.
    """

    writes_files = True

    _path: Path
    _history: list[Epoch]

    def begin(self, facts: Facts) -> None:
        self._path = facts.directory / "metrics.csv"
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
