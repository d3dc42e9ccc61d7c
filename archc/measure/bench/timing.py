"""Times: interleaved rounds, and a median that never stands without its spread."""

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles
from typing import Any, NamedTuple

import torch

Clock = Callable[[Callable[[], object]], float]
"""Runs something once and returns the seconds that it took."""

_ROUNDS_AT_LEAST = 5
_ROUNDS_AT_MOST = 200


class Spread(NamedTuple):
    """A median with its interquartile range: the middle half of the values lies in it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Return the spread of one value or more."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        low, _, high = quantiles(values, n=4, method="inclusive")
        return cls(median(values), low, high)

    def scaled(self, factor: float) -> "Spread":
        """Return the spread in another unit."""
        return Spread(*(factor * value for value in self))

    def inverse(self, amount: float) -> "Spread":
        """Return the rate at which an amount is done in these times: ends change places."""
        return Spread(amount / self.median, amount / self.high, amount / self.low)


def clock(device: torch.device) -> Clock:
    """Return the clock of a device: events on CUDA, which does not wait for the host; else wall."""
    return _by_events if device.type == "cuda" else _by_wall


def _by_wall(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def _by_events(run: Callable[[], object]) -> float:
    event: Any = torch.cuda.Event  # torch leaves it untyped
    begin, end = event(enable_timing=True), event(enable_timing=True)
    begin.record()
    run()
    end.record()
    end.synchronize()
    return float(begin.elapsed_time(end)) / 1e3


def interleaved(
    runs: Mapping[str, Callable[[], object]], timed: Clock, seconds: float
) -> dict[str, list[float]]:
    """Return the times of several things, run in turn so that whatever slows one slows all.

    Args:
        runs: what is timed, by name.
        timed: the clock.
        seconds: about how long all rounds take together, two rounds of warm-up apart.
    """
    for _ in range(2):
        warm = sum(timed(run) for run in runs.values())
    rounds = round(seconds / max(warm, 1e-9))
    rounds = max(_ROUNDS_AT_LEAST, min(rounds, _ROUNDS_AT_MOST))
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(timed(run))
    return times
