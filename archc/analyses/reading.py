"""How an operator reads a map along one axis: its windows, their taps, and what lies around it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from archc.ops.base.operator import Operator, Taps, Window

_DIGITS = bytes.maketrans(bytes([0, 1]), b"01")


class Reading(NamedTuple):
    """How an operator reads a map along one axis."""

    window: Window
    taps: Taps
    padding: str = "zeros"

    def places(self, taps: range, length: int) -> Iterator[int]:
        """Yield the elements of the map that taps read; zeros around it are none of its."""
        source = _SOURCES[self.padding]
        places = (source(tap, length) for tap in taps)
        return (place for place in places if 0 <= place < length)

    def within(self, taps: range, length: int) -> range:
        """Return those taps that lie on the map."""
        return taps[
            max(0, -(taps.start // taps.step)) : max(0, (length - 1 - taps.start) // taps.step + 1)
        ]

    def needed(self, outputs: int, length: int, spend: Callable[[int], None]) -> int:
        """Return which elements of a map some outputs read, both as bits.

        Args:
            outputs: the outputs.
            length: the number of elements of the map.
            spend: counts the taps that are looked at.
        """
        read = bytearray(length)
        for output, wanted in enumerate(bin(outputs)[:1:-1]):
            taps = self.taps(output) if wanted == "1" else range(0)
            if not taps:
                continue
            spend(1)
            if taps[0] >= 0 and taps[-1] < length:
                read[taps.start : taps[-1] + 1 : taps.step] = bytes([1]) * len(taps)
                continue
            spend(len(taps))
            for place in self.places(taps, length):
                read[place] = 1
        return int(read[::-1].translate(_DIGITS), 2)


def read_readings(operator: Operator, x: Any) -> tuple[Reading, Reading] | None:
    """Return how an operator reads a map along height and width, or None if it reads all of it."""
    windows, taps = operator.windows(x), operator.taps(x)
    if windows is None or taps is None:
        return None
    padding = getattr(operator, "padding_mode", "zeros")
    height, width = (
        Reading(window, own, padding) for window, own in zip(windows, taps, strict=True)
    )
    return height, width


def _reflected(place: int, length: int) -> int:
    return -place if place < 0 else min(place, 2 * (length - 1) - place)


_SOURCES: dict[str, Callable[[int, int], int]] = {
    "zeros": lambda place, length: place,
    "reflect": _reflected,
    "replicate": lambda place, length: min(max(place, 0), length - 1),
    "circular": lambda place, length: place % length,
}
"""Which element torch puts at a place, by the padding mode; outside of the map: none."""
