"""How fast training goes, and how long it will take."""

import time
from collections.abc import Callable


class Pace:
    """Measures this sitting of a run: what was done before it was resumed tells no speed.

    Args:
        epochs: of the whole run.
        clock: gives seconds.
    """

    def __init__(self, epochs: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._epochs = epochs
        self._clock = clock
        self._whole: float | None = None  # seconds of the last epoch seen from begin to end
        self._first: int | None = None  # steps that this sitting found done
        self._done: int | None = None
        self._began = clock()
        self.number = self.steps = self.images = 0

    def epoch(self, number: int, steps: int) -> None:
        """Epoch `number` begins, or goes on."""
        self.number, self.steps, self.images = number, steps, 0
        self._began = self._clock()
        self._first = self._done = None

    def step(self, done: int, images: int) -> None:
        """`done` steps of the epoch are done, `images` images learnt from in this sitting."""
        if self._first is None:
            self._first = done - 1
        self._done, self.images = done, images

    def epoch_done(self) -> None:
        """The epoch is done, its test included."""
        if self._first == 0:
            self._whole = self._clock() - self._began

    @property
    def images_per_second(self) -> float:
        """Of this epoch, in this sitting."""
        return self.images / max(self._clock() - self._began, 1e-9)

    @property
    def epoch_left(self) -> float | None:
        """Seconds until the epoch's last step; None before its first."""
        each = self._each
        return None if each is None or self._done is None else each * (self.steps - self._done)

    @property
    def run_left(self) -> float | None:
        """Seconds until the run's end, if each epoch to come costs what the last one did."""
        left, each = self.epoch_left, self._each
        if left is None or each is None:
            return None
        whole = self._whole if self._whole is not None else each * self.steps
        return left + whole * (self._epochs - self.number)

    @property
    def _each(self) -> float | None:
        if self._done is None or self._first is None:
            return None
        return (self._clock() - self._began) / (self._done - self._first)
