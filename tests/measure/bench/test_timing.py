"""Spreads are order statistics, and rounds take everything in turn."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from archc.measure.bench.timing import Spread, clock, interleaved

TIMES = st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=30)


@given(TIMES)
def test_the_median_lies_in_the_spread_and_the_spread_in_the_values(times):
    spread = Spread.of(times)
    assert min(times) <= spread.low * (1 + 1e-9)
    assert spread.low <= spread.median * (1 + 1e-9)
    assert spread.median <= spread.high * (1 + 1e-9)
    assert spread.high <= max(times) * (1 + 1e-9)


def test_quartiles_by_hand():
    assert Spread.of([5, 1, 3, 2, 4]) == (3, 2, 4)


def test_a_rate_is_low_where_the_time_is_long():
    assert Spread(2, 1, 4).inverse(8) == (4, 2, 8)


def test_rounds_take_everything_in_turn():
    seen = []
    runs = {"a": lambda: seen.append("a"), "b": lambda: seen.append("b")}
    times = interleaved(runs, clock(torch.device("cpu")), 0)
    assert seen == ["a", "b"] * (len(seen) // 2)
    assert len(times["a"]) == len(times["b"]) == len(seen) // 2 - 2
    assert min(times["a"]) >= 0


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_events_time_what_the_device_does():
    device = torch.device("cuda")
    x = torch.rand(4096, 4096, device=device)
    small = torch.rand(64, 64, device=device)
    times = interleaved(
        {"large": lambda: x @ x, "small": lambda: small @ small}, clock(device), 0.1
    )
    assert Spread.of(times["large"]).median > Spread.of(times["small"]).median > 0
