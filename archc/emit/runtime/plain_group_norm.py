"""Group normalisation that computes in the plain layout."""

import torch
from torch import nn

from archc.emit.runtime.plain import plain


class PlainGroupNorm(nn.GroupNorm):
    """An ``nn.GroupNorm`` in the plain layout, where no digits cancel."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the normalised map."""
        return super().forward(plain(x))
