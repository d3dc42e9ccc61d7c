from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(autouse=True)
def everything_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rewrite convolutions of any size: the networks of most tests are small."""
    monkeypatch.setattr("archc.passes.pack_convolutions.WORTHWHILE", 0)
    monkeypatch.setattr("archc.passes.winograd.CHANNELS", 0)
    monkeypatch.setattr("archc.passes.winograd.TILES", 0)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Compute on one thread, as convolutions are computed by products on no more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
