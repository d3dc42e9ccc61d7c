"""Training on one thread, by the small recipe."""

import pytest
import torch
from small_recipe import recipe, swap, written

__all__ = ["recipe", "swap", "written"]


@pytest.fixture(autouse=True)
def one_thread():
    """Rounding depends on the number of threads, and a child of several may hang in OpenMP."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
