"""The history of a run as a short table, the same on a terminal, in a pipe and in a log."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from archc.train.metrics import Epoch

BEST = "*"
"""The mark of the best epoch: ASCII, so that a log can be read anywhere."""


class Column(NamedTuple):
    """A column: its title, its width in characters, and the text of its cells."""

    title: str
    width: int
    text: Callable[[Epoch], str]


def percent(fraction: float) -> str:
    """Return a fraction as a percentage with two decimals: one sample in 10,000."""
    return f"{100 * fraction:.2f}"


def duration(seconds: float) -> str:
    """Return seconds as ``8.4s``, ``59s``, ``12:34`` or ``5:06:07``."""
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def rate(images_per_second: float) -> str:
    """Return images per second as ``1,234`` or ``9.8``."""
    return f"{images_per_second:,.{0 if images_per_second >= 10 else 1}f}"


_COLUMNS = (
    Column("epoch", 5, lambda epoch: str(epoch.number)),
    Column("train loss", 10, lambda epoch: f"{epoch.train.loss:.4f}"),
    Column("acc %", 6, lambda epoch: percent(epoch.train.accuracy)),
    Column("test loss", 9, lambda epoch: f"{epoch.test.loss:.4f}"),
    Column("acc %", 6, lambda epoch: percent(epoch.test.accuracy)),
    Column("top5 %", 6, lambda epoch: percent(epoch.test.top5)),
    Column("lr", 8, lambda epoch: f"{epoch.lr:.3g}"),
    Column("img/s", 7, lambda epoch: rate(epoch.images_per_second)),
    Column("time", 7, lambda epoch: duration(epoch.seconds)),
)
_PRIORITY = (0, 4, 3, 8, 1, 2, 7, 6, 5)
"""Indices of the columns, the most important first: a narrow table drops the last ones."""


def columns_within(width: int) -> tuple[Column, ...]:
    """Return the columns that fit into `width` characters, from left to right."""
    kept: list[int] = []
    room = width - len(f" {BEST}")
    for index in _PRIORITY:
        room -= _COLUMNS[index].width + 2
        if room < -2 and kept:  # the first column has no gap before it
            break
        kept.append(index)
    return tuple(_COLUMNS[index] for index in sorted(kept))


def header(columns: Sequence[Column]) -> str:
    """Return the line of titles."""
    return "  ".join(column.title.rjust(column.width) for column in columns)


def row(epoch: Epoch, columns: Sequence[Column]) -> str:
    """Return the line of an epoch; one that is the best so far is marked."""
    line = "  ".join(column.text(epoch).rjust(column.width) for column in columns)
    return f"{line} {BEST}" if epoch.best else line


def best_of(history: Sequence[Epoch]) -> Epoch | None:
    """Return the best epoch: the last that was the best so far."""
    return next((epoch for epoch in reversed(history) if epoch.best), None)


def table(history: Sequence[Epoch], width: int, last: int = 5) -> list[str]:
    """Return the lines of a short table: the best epoch and the last few."""
    columns = columns_within(width)
    best = best_of(history)
    shown = list(history[-last:])
    lines = [header(columns)]
    if best is not None and best not in shown:
        lines.append(row(best, columns))
        if best.number + 1 < shown[0].number:
            lines.append("...".rjust(columns[0].width))
    elif len(history) > len(shown):
        lines.append("...".rjust(columns[0].width))
    return lines + [row(epoch, columns) for epoch in shown]
