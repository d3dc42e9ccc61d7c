"""The two limits of a machine, as measured here and now: its arithmetic and its memory."""

from collections.abc import Callable
from typing import NamedTuple

import torch

from archc.measure.bench.timing import Spread, clock, interleaved

_FLOAT32 = 4
_SIDES = {"cpu": (512, 1024), "cuda": (4096, 8192)}
"""The sides of square matrices: 2·n³ operations on 3·n² numbers. The fastest counts: large ones
keep many threads at work, small ones are done before something else gets the processor."""
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
    source, target = (torch.ones(_COPIED[kind], device=device) for _ in range(2))
    products = {f"product of {side}": _product(side, device) for side in _SIDES[kind]}
    runs = {**products, "copy": lambda: target.copy_(source)}
    times = interleaved(runs, clock(device), seconds)
    rates = [
        Spread.of(times[name]).inverse(2 * side**3)
        for name, side in zip(products, _SIDES[kind], strict=True)
    ]
    moved = 2 * source.numel() * _FLOAT32
    return Limits(max(rates), Spread.of(times["copy"]).inverse(moved))


def _product(side: int, device: torch.device) -> Callable[[], object]:
    left, right, product = (torch.rand(side, side, device=device) for _ in range(3))
    return lambda: torch.mm(left, right, out=product)
