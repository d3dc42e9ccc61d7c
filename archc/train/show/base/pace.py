"""The speed of training, and the time that is left."""

import time
from collections.abc import Callable


class Pace:
    """Measure the speed of a run since it was started or resumed.

    Args:
        epochs: epochs of the whole run.
        clock: returns seconds.
    """

    def __init__(self, epochs: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._epochs = epochs
        self._clock = clock
        self._epoch_seconds: float | None = (
            None  # seconds of the last epoch measured from its first step
        )
        self._first: int | None = None  # steps done before this process began the epoch
        self._done: int | None = None
        self._began = clock()
        self.number = self.steps = self.images = 0

    def epoch(self, number: int, steps: int) -> None:
        """Begin or resume epoch `number`."""
        self.number, self.steps, self.images = number, steps, 0
        self._began = self._clock()
        self._first = self._done = None

    def step(self, done: int, images: int) -> None:
        """Note the steps done in the epoch, and the images learned from since `epoch`."""
        if self._first is None:
            self._first = done - 1
        self._done, self.images = done, images

    def epoch_done(self) -> None:
        """End the epoch, evaluation included."""
        if self._first == 0:
            self._epoch_seconds = self._clock() - self._began

    @property
    def images_per_second(self) -> float:
        """Images per second in this epoch, since it was begun or resumed here."""
        return self.images / max(self._clock() - self._began, 1e-9)

    @property
    def epoch_left(self) -> float | None:
        """Seconds until the epoch's last step; None before its first."""
        step_seconds = self._step_seconds
        if step_seconds is None or self._done is None:
            return None
        return step_seconds * (self.steps - self._done)

    @property
    def run_left(self) -> float | None:
        """Seconds until the end of the run, if each further epoch takes as long as the last one."""
        left, step_seconds = self.epoch_left, self._step_seconds
        if left is None or step_seconds is None:
            return None
        epoch_seconds = self._epoch_seconds
        if epoch_seconds is None:
            epoch_seconds = step_seconds * self.steps
        return left + epoch_seconds * (self._epochs - self.number)

    @property
    def _step_seconds(self) -> float | None:
        if self._done is None or self._first is None:
            return None
        return (self._clock() - self._began) / (self._done - self._first)
