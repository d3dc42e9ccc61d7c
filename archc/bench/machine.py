"""The two limits of a machine, as measured here and now: its arithmetic and its memory."""

from typing import NamedTuple

import torch

from archc.bench.timing import Spread, clock, interleaved

_FLOAT32 = 4
_SIDE = {"cpu": 1024, "cuda": 8192}
"""The side of the square matrices: 2·n³ operations on 3·n² numbers."""
_COPIED = {"cpu": 2**25, "cuda": 2**28}
"""Numbers that are copied: many times what a cache holds."""


class Limits(NamedTuple):
    """What a machine can do with float32.

    Args:
        flops: operations a second of a large matrix product.
        bandwidth: bytes a second of a large copy, read and written ones both counted.
    """

    flops: Spread
    bandwidth: Spread

    @property
    def ridge(self) -> float:
        """The operations a byte from which on the arithmetic binds, not the memory."""
        return self.flops.median / self.bandwidth.median


def measure(device: torch.device, seconds: float = 2.0) -> Limits:
    """Return the limits with the threads and the precision that torch is set to."""
    kind = "cuda" if device.type == "cuda" else "cpu"
    side, copied = _SIDE[kind], _COPIED[kind]
    left, right, product = (torch.rand(side, side, device=device) for _ in range(3))
    source, target = (torch.ones(copied, device=device) for _ in range(2))
    runs = {
        "product": lambda: torch.mm(left, right, out=product),
        "copy": lambda: target.copy_(source),
    }
    times = interleaved(runs, clock(device), seconds)
    return Limits(
        Spread.of(times["product"]).inverse(2 * side**3),
        Spread.of(times["copy"]).inverse(2 * copied * _FLOAT32),
    )
