"""How tests draw at random: always from a fixed seed, unless `pytest --explore` gives another."""

import random
import sys
from collections.abc import Callable
from typing import Any

import hypothesis

SEED = 0
THREADS = 1
"""`OMP_NUM_THREADS` as the tests set it."""
explored: int | None = None
"""The seed of `--explore`, or None where the fixed examples are drawn."""


def part(number: int) -> Callable[[Any], Any]:
    """Return a decorator that lets a part of a Hypothesis test draw other examples than the rest.

    Parts are what processes share: one function, as many seeds.
    """
    return hypothesis.seed(number if explored is None else 1_000_003 * explored + number)


def imported(name: str) -> Any:
    """Return a module if something has imported it: importing torch would cost seconds."""
    return sys.modules.get(name)


def seed_all() -> None:
    """Seed every generator that code draws from without naming one."""
    random.seed(SEED)
    if numpy := imported("numpy.random"):
        numpy.seed(SEED)
    if torch := imported("torch"):
        torch.manual_seed(SEED)


class Torch:
    """torch's generator, as Hypothesis manages those that it knows."""

    def seed(self, seed: int) -> None:
        if torch := imported("torch"):
            torch.manual_seed(seed)

    def getstate(self) -> Any:
        return torch.get_rng_state() if (torch := imported("torch")) else None

    def setstate(self, state: Any) -> None:
        if state is not None:
            imported("torch").set_rng_state(state)


TORCH = Torch()
