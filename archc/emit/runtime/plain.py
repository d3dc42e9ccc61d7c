"""Tensors in the plain layout, N×C×H×W in memory."""

import torch


def plain(x: torch.Tensor) -> torch.Tensor:
    """Return a tensor as N×C×H×W in memory.

    It is copied even where torch calls it contiguous: torch ignores the stride of an
    axis of length 1 there, but its convolutions choose the layout by it.
    """
    return x.clone(memory_format=torch.contiguous_format)
