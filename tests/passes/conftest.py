import pytest


@pytest.fixture(autouse=True)
def every_kernel_is_worth_packing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pack kernels of any size: the networks of most tests are small."""
    monkeypatch.setattr("archc.passes.pack_convolutions.WORTHWHILE", 0)
