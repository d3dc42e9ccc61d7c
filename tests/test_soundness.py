"""archc accepts what torch builds and runs, and nothing else; its numbers are torch's.

Random networks over all operators and all of the language, against torch itself: see `oracle`.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import drawing
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from optimising import everything_pays
from oracle import OPTIMISATIONS, holds
from random_specs import spec

from archc.pipeline import check

PARTS, GRAPHS = 10, 50  # 500 networks, in parts that processes share
LONG_PARTS, LONG_GRAPHS = 40, 500


@pytest.fixture
def pool() -> Any:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.fixture(autouse=True)
def _everything_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    everything_pays(monkeypatch)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_networks(part: int, pool: ThreadPoolExecutor) -> None:
    draw_networks(part, GRAPHS, pool)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS, PARTS + LONG_PARTS))
def test_many_random_networks(part: int, pool: ThreadPoolExecutor) -> None:
    draw_networks(part, LONG_GRAPHS, pool)


def draw_networks(part: int, graphs: int, pool: ThreadPoolExecutor) -> None:
    @drawing.part(part)
    @settings(max_examples=graphs)
    @given(spec(), st.sampled_from(OPTIMISATIONS))
    def hold(source: dict[str, Any], optimisation: str) -> None:
        note("\n".join(map(str, check(source).diagnostics)))
        holds(source, optimisation, pool)

    hold()
