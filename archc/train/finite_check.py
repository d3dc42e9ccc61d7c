"""The check that ends training where a loss or a weight is not finite."""

from contextlib import suppress
from math import isfinite

from archc.train.divergence import DivergedError
from archc.train.learner import Learner
from archc.train.metrics import Scores
from archc.train.problems import RunError
from archc.train.progress import Progress
from archc.train.run import Run


class FiniteCheck:
    """Stop training before anything is saved that is not finite.

    Args:
        learner: the network and its losses.
        run: the directory in which the reason is recorded.
        progress: the epoch and the step that training has reached.
        steps: the steps of an epoch.
    """

    def __init__(self, learner: Learner, run: Run, progress: Progress, steps: int) -> None:
        self._learner = learner
        self._run = run
        self._progress = progress
        self._steps = steps

    def losses(self) -> None:
        """Check the losses since the last check; every process must call this.

        Raises:
            DivergedError: one of them is not finite.
        """
        step = self._learner.watch.first(self._learner.processes)
        if step is not None:
            raise self.error(step, "the loss is not finite")

    def everything(self, tested: Scores | None = None) -> None:
        """Check losses, weights and buffers; every process must call this.

        Args:
            tested: the scores on the test split, after an epoch.

        Raises:
            DivergedError: one of them is not finite.
        """
        self.losses()
        broken = self._learner.broken()
        if self._learner.processes.any(broken is not None, self._learner.device):
            cause = broken and f"`{broken}` is the first weight or buffer that is not finite"
            raise self.error(self._progress.step, "the weights are not finite", cause)
        if tested is not None and not isfinite(tested.loss):
            raise self.error(self._steps, f"the loss is {tested.loss} on the test split")

    def error(self, step: int, what: str, cause: str | None = None) -> DivergedError:
        """Return the error that ends training at a step, after recording its reason in the run."""
        reason = (
            f"training stopped in epoch {self._progress.epoch + 1} at step {step} of "
            f"{self._steps}, at a learning rate of {self._learner.rate:g}: {what}"
        )
        reason += f"; {cause}" if cause else ""
        if self._learner.processes.first:
            with suppress(OSError, RunError):  # it must not hide why training stopped
                self._run.record_stop(reason)
        return DivergedError(f"{reason}. {self._saved()}; {self._advice(step)}")

    def _saved(self) -> str:
        done = self._progress.epoch
        if not done:
            return "No epoch was saved"
        return f"{self._run.path} keeps the weights of epoch {done} and of the best epoch"

    def _advice(self, step: int) -> str:
        if self._progress.epoch == 0 and step == 1:
            return "no step was taken yet: check `normalize` and the initial weights"
        if self._learner.recipe.clip_norm is None:
            return "set a smaller `lr` or `clip_norm: 1.0`, and choose another directory with --out"
        return "set a smaller `lr`, and choose another directory with --out"
