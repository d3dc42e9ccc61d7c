"""Stochastic depth, which torch has no layer for."""

import torch
from torch import nn


class StochasticDepth(nn.Module):
    """Zeroes samples at random in training, and scales the others.

    It is torchvision's layer of that name. With the mode "row" it draws for each
    sample, with "batch" once for all.
    """

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the samples, some of them zero."""
        if not self.training or self.p == 0:
            return x
        drawn = x.shape[0] if self.mode == "row" else 1
        noise = torch.empty(drawn, *[1] * (x.dim() - 1), dtype=x.dtype, device=x.device)
        noise = noise.bernoulli_(1 - self.p)
        if self.p < 1:
            noise.div_(1 - self.p)
        return x * noise

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"p={self.p}, mode={self.mode}"
