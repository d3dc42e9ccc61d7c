"""2-D convolution that computes in the plain layout."""

import torch
from torch import nn

from archc.emit.runtime.plain import plain


class PlainConv2d(nn.Conv2d):
    """An ``nn.Conv2d`` in the plain layout: channels last, torch errs or crashes."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the convolution of a map."""
        out: torch.Tensor = self._conv_forward(plain(x), plain(self.weight), self.bias)
        return out
