"""Asking for large pages changes no value, whatever the tensor."""

import pytest
import torch

from archc.weights import pages
from archc.weights.pages import ask_for_large_pages


@pytest.mark.parametrize("advised", [True, False])
def test_values_stay(advised: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not advised:
        monkeypatch.setattr(pages, "_ADVICE", None)
    large = torch.arange(2**20)
    tensors = [
        large,
        large[3:],
        large.view(2**10, 2**10).T,
        torch.ones(3),
        torch.empty(0),
        torch.tensor(4.0),
        torch.empty(2**21, device="meta"),
    ]
    before = [tensor.clone() for tensor in tensors]
    ask_for_large_pages(tensors)
    for tensor, kept in zip(tensors[:-1], before, strict=False):
        assert torch.equal(tensor, kept)
