"""Batch normalisation that computes in the plain layout."""

import torch
from torch import nn

from archc.emit.runtime.plain import plain


class PlainBatchNorm2d(nn.BatchNorm2d):
    """An ``nn.BatchNorm2d`` in the plain layout, where torch sums more precisely."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the normalised map."""
        return super().forward(plain(x))
