"""Lines that a terminal, a pipe and a log share."""

from collections.abc import Sequence

from archc.render.display import printable
from archc.train.metrics import Epoch
from archc.train.show.base.pace import Pace
from archc.train.show.base.reporter import Facts
from archc.train.show.base.rows import best_of, duration, percent

_CLASSES = 20
"""The most classes that are named when a run begins."""


def opening(facts: Facts) -> list[str]:
    """Return the lines shown when a run begins: network, device, data, classes and remarks."""
    done = len(facts.history)
    resumed = f", resumed after epoch {done}" if done else ""
    return [
        f"{facts.network}: {facts.parameters:,} parameters on {facts.device} ({facts.precision}), "
        f"{facts.train_samples:,} training and {facts.test_samples:,} test samples, "
        f"batch size {facts.batch_size}, {_epochs(facts.epochs)}{resumed}, in {facts.directory}",
        *_classes(facts.classes),
        *(f"note: {remark}" for remark in facts.remarks),
    ]


def closing(history: Sequence[Epoch], ended: str) -> str:
    """Return the last line: how the run ended, and its best epoch."""
    best = best_of(history)
    if best is None:
        return f"{ended}: no epoch is complete yet"
    return (
        f"{ended} after {_epochs(len(history))}; best is epoch {best.number}: "
        f"test accuracy {percent(best.test.accuracy)} %, loss {best.test.loss:.4f}"
    )


def time_left(pace: Pace) -> str:
    """Return the time left in the epoch, and in the run if that is longer."""
    epoch, run = pace.epoch_left, pace.run_left
    if epoch is None or run is None:
        return ""
    whole = "" if duration(run) == duration(epoch) else f", run {duration(run)}"
    return f"{duration(epoch)} left{whole}"


def _classes(names: Sequence[str]) -> list[str]:
    """Return a line with the class names, shortened if there are many."""
    if not names:
        return []
    more = f" and {len(names) - _CLASSES} more" if len(names) > _CLASSES else ""
    return [printable(f"{len(names)} classes: {', '.join(names[:_CLASSES])}{more}")]


def _epochs(number: int) -> str:
    return "1 epoch" if number == 1 else f"{number} epochs"
