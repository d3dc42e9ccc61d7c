"""Settings that every test shares."""

import os

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers on two cores; also bit-equality

settings.register_profile(
    "archc",
    deadline=None,  # the machines are shared and noisy
    derandomize=bool(os.environ.get("CI")),  # a red run must be a change's doing; at home, explore
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("archc")


@pytest.fixture(autouse=True)
def _no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let output depend on nothing but the test."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
