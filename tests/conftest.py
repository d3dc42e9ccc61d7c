"""Settings that every test shares: a test is the same wherever and however often it runs.

Every draw has a seed. `pytest --explore` draws others, to look for faults: it prints the seed,
which `--hypothesis-seed` takes to draw the same again.
"""

import os
import random
from collections.abc import Iterator
from typing import Any

import drawing
import pytest
from hypothesis import HealthCheck, register_random, settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers on two cores; also bit-equality

COMMON: dict[str, Any] = {
    "deadline": None,  # machines are shared and noisy
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
    "print_blob": True,
}
settings.register_profile("same", derandomize=True, database=None, **COMMON)
settings.register_profile("explore", derandomize=False, **COMMON)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--explore",
        action="store_true",
        help="draw other examples than the fixed ones, to look for faults; prints the seed",
    )


@pytest.hookimpl(tryfirst=True)  # before Hypothesis's plugin reads its own option
def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("explore"):
        return
    settings.load_profile("explore")
    if config.option.hypothesis_seed is None:  # on a worker it is the main process's
        config.option.hypothesis_seed = str(random.SystemRandom().randrange(2**32))
    drawing.explored = int(config.option.hypothesis_seed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if drawing.explored is not None:
        terminalreporter.write_line(
            f"explored; to draw the same again: --explore --hypothesis-seed={drawing.explored}"
        )


# Seeds: each fixture, of whatever scope, and each test begins with the same ones, so that neither
# the order of the tests nor the worker that runs them changes what they draw.

register_random(drawing.TORCH)  # Hypothesis then seeds torch for every example


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup() -> None:
    drawing.seed_all()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    drawing.seed_all()


@pytest.fixture(autouse=True)
def _no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let output depend on nothing but the test."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    """Give torch back the threads that a test took, whether or not it failed."""
    yield
    if (torch := drawing.imported("torch")) and torch.get_num_threads() != drawing.THREADS:
        torch.set_num_threads(drawing.THREADS)
