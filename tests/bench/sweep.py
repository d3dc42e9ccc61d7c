"""Random networks of `tests/test_soundness.py`, as many as asked for, in one process.

    python tests/bench/sweep.py [--seed 1000] [--seeds 40] [--minutes 60]

Each seed draws 500 networks and holds each against torch. What fails is printed as it is met, a
spec with the exception, and the rest goes on: nothing is shrunk. Each seed prints a line, the last
line counts: networks drawn, distinct ones (a spec and its optimisation), sound ones, failures.
"""

import argparse
import json
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("", "models", "ops")]

import hypothesis  # noqa: E402 - of the tests' folders, from here
import pytest  # noqa: E402
import torch  # noqa: E402
import yaml  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from optimising import everything_pays  # noqa: E402
from oracle import OPTIMISATIONS, holds  # noqa: E402
from random_specs import spec  # noqa: E402

from archc.pipeline import check  # noqa: E402

NETWORKS = 500


class Sweep:
    """What has been drawn, and what of it failed."""

    def __init__(self) -> None:
        self.drawn = self.sound = self.failed = 0
        self.distinct: set[str] = set()
        self.pool = ThreadPoolExecutor(2)

    def hold(self, source: dict[str, Any], optimisation: str) -> None:
        """Hold one network; print it if it fails."""
        self.drawn += 1
        key = json.dumps([source, optimisation])
        if key in self.distinct:
            return
        self.distinct.add(key)
        self.sound += check(source).sound is not None
        torch.manual_seed(0)
        try:
            holds(source, optimisation, self.pool)
        except (Exception, pytest.fail.Exception):
            self.failed += 1
            print(f"# {optimisation}\n{yaml.safe_dump(source, sort_keys=False)}")
            print(traceback.format_exc(limit=-3), flush=True)

    def draw(self, seed: int) -> None:
        """Draw the networks of one seed."""

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=NETWORKS,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(spec(), st.sampled_from(OPTIMISATIONS))
        def network(source: dict[str, Any], optimisation: str) -> None:
            self.hold(source, optimisation)

        network()

    def __str__(self) -> str:
        return (
            f"{self.drawn} drawn, {len(self.distinct)} distinct, {self.sound} sound, "
            f"{self.failed} failed, {time.process_time():.0f} CPU s"
        )


def main() -> None:
    """Sweep until the seeds or the minutes are used up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=60)
    given = parser.parse_args()
    torch.set_num_threads(1)
    everything_pays(pytest.MonkeyPatch())
    began = time.monotonic()
    sweep = Sweep()
    for seed in range(given.seed, given.seed + given.seeds):
        if time.monotonic() - began > given.minutes * 60:
            break
        sweep.draw(seed)
        print(f"seed {seed}: {sweep}", flush=True)
    print(f"all: {sweep}")
    sys.exit(sweep.failed > 0)


if __name__ == "__main__":
    main()
