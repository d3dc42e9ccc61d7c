"""The loop: epochs of steps, each epoch looked at, reported and kept."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal, NamedTuple

from archc.train.data.batches import Batches, to_device
from archc.train.evaluation import evaluate
from archc.train.finite import DivergedError, NotFiniteError
from archc.train.interrupt import Interrupt
from archc.train.learner import Learner
from archc.train.metrics import Epoch, Running, Scores
from archc.train.problems import RunError
from archc.train.random_state import generators, restore
from archc.train.run import Run
from archc.train.show.base.reporter import Reporter

_ASK_EVERY = 10
"""Steps after which processes ask one another whether to end, and the device for its losses."""


class Outcome(NamedTuple):
    """How training ended, and what it went through."""

    ended: Literal["done", "stopped early", "interrupted"]
    history: list[Epoch]


@dataclass
class Progress:
    """Where training stands: whole epochs done, steps done in the next one, and their scores."""

    epoch: int = 0
    step: int = 0
    best: float | None = None
    since_best: int = 0
    history: list[Epoch] = field(default_factory=list)
    running: dict[str, Any] | None = None
    seconds: float = 0.0


class Loop:
    """Training by a recipe, from where `progress` stands to its end.

    Args:
        learner: what learns.
        train: batches to learn from.
        test: batches to look at after each epoch.
        run: where the first process keeps what is learnt.
        reporter: what is shown of it.
        interrupt: whether somebody wants it to end.
    """

    def __init__(
        self,
        learner: Learner,
        train: Batches,
        test: Batches,
        run: Run,
        reporter: Reporter,
        interrupt: Interrupt,
    ) -> None:
        self.learner = learner
        self.recipe = learner.recipe
        self.processes = learner.processes
        self.train = train
        self.test = test
        self.run = run
        self.reporter = reporter
        self.interrupt = interrupt
        self.progress = Progress()

    def fit(self) -> Outcome:
        """Train to the end of the recipe, or until it is no use, or until interrupted.

        Raises:
            OSError: what is learnt cannot be written; the files of before are as they were.
            DataError: a sample cannot be read, and the recipe does not skip such.
            DivergedError: a loss or a weight is not finite; nothing of it is kept.
        """
        while self.progress.epoch < self.recipe.epochs:
            if self._no_use():
                return Outcome("stopped early", self.progress.history)
            if not self._epoch():
                self._keep_state()
                return Outcome("interrupted", self.progress.history)
        return Outcome("done", self.progress.history)

    def _no_use(self) -> bool:
        stopping = self.recipe.early_stopping
        return stopping is not None and self.progress.since_best >= stopping.patience

    def _epoch(self) -> bool:
        """Learn from every sample once, look, and keep; return whether it came to its end."""
        begin = time.monotonic() - self.progress.seconds
        running = self._learn()
        if running is None:
            self.progress.seconds = time.monotonic() - begin
            return False
        seconds = time.monotonic() - begin
        trained = running.reduced().scores()
        tested = self._look()
        self._require_finite(tested)
        self.learner.schedules.epoch_done(self.progress.epoch + 1, tested.loss)
        better = self._judge(tested)
        done = Epoch(
            number=self.progress.epoch + 1,
            train=trained,
            test=tested,
            lr=self.learner.rate,
            seconds=seconds,
            images_per_second=trained.samples / seconds,
            best=better,
        )
        self.progress.history.append(done)
        self.progress.epoch += 1
        self.progress.step, self.progress.running, self.progress.seconds = 0, None, 0.0
        self._keep(better)
        self.reporter.epoch_done(done)
        return True

    def _learn(self) -> Running | None:
        """Take the steps that are left of this epoch; None where it was interrupted."""
        progress, device = self.progress, self.learner.device
        running = Running(device)
        if progress.running is not None:
            running.load(progress.running)
        self.reporter.epoch(progress.epoch + 1, self.train.steps)
        images = 0
        for batch in self.train.epoch(progress.epoch, progress.step):
            here = to_device(batch, device)
            try:
                loss, logits = self.learner.learn(here, progress.step + 1)
            except NotFiniteError as error:
                raise self._diverged(progress.step + 1, f"{error.loss}", error.where) from error
            running.update(loss, logits, here.labels)
            images += len(batch.labels) * self.processes.world
            if not batch.closes:
                continue
            progress.step += 1
            self.reporter.step(progress.step, running, images, self.learner.rate)
            if progress.step == self.train.steps:
                break
            if self._must_ask():
                self._require_finite_losses()
            if self._must_end():
                self._require_finite()
                progress.running = running.state()
                return None
            if self._must_keep():
                self._require_finite()
                progress.running = running.state()
                self._keep_state()
        self._require_finite_losses()
        return running

    def _must_ask(self) -> bool:
        return self.progress.step % _ASK_EVERY == 0

    def _require_finite_losses(self) -> None:
        """End where a loss was not finite that nobody has looked at yet."""
        step = self.learner.watch.first(self.processes)
        if step is not None:
            raise self._diverged(step, "not finite")

    def _require_finite(self, tested: Scores | None = None) -> None:
        """End before anything is kept that is not finite; every process must ask."""
        step, steps = self.progress.step, self.train.steps
        self._require_finite_losses()
        broken = self.learner.broken()
        if self.processes.any(broken is not None, self.learner.device):
            where = broken and f"`{broken}` is the first weight or buffer that is not finite"
            raise self._diverged(step, None, where)
        if tested is not None and not isfinite(tested.loss):
            raise self._diverged(steps, f"{tested.loss} on the test split")

    def _diverged(self, step: int, loss: str | None, where: str | None = None) -> DivergedError:
        """Return what ends training, and note it in the run."""
        progress = self.progress
        what = "the weights are not finite" if loss is None else f"the loss is {loss}"
        reason = (
            f"training stopped in epoch {progress.epoch + 1} at step {step} of "
            f"{self.train.steps}, at a learning rate of {self.learner.rate:g}: {what}"
        )
        reason += f"; {where}" if where else ""
        if self.processes.first:
            with suppress(OSError, RunError):  # it must not hide why training stopped
                self.run.note_stop(reason)
        return DivergedError(f"{reason}. {self._left()}; {self._advice(step)}")

    def _left(self) -> str:
        done = self.progress.epoch
        if not done:
            return "No epoch was kept"
        return f"{self.run.path} keeps epoch {done} and the best before it"

    def _advice(self, step: int) -> str:
        if self.progress.epoch == 0 and step == 1:
            return "no step was taken yet: look at `normalize` and the initial weights"
        if self.recipe.clip_norm is None:
            return "set a smaller `lr`, or `clip_norm: 1.0`, and a new --out"
        return "set a smaller `lr` and a new --out"

    def _must_end(self) -> bool:
        if self.processes.world > 1 and not self._must_ask():
            return False
        return self.processes.any(self.interrupt.asked, self.learner.device)

    def _must_keep(self) -> bool:
        every = self.recipe.checkpoint_steps
        return every is not None and self.progress.step % every == 0

    def _look(self) -> Scores:
        # Each process has running statistics of its own.
        self.processes.share(self.learner.evaluated.buffers())
        self.reporter.evaluating(self.progress.epoch + 1)
        learner = self.learner
        running = evaluate(learner.evaluated, self.test, learner.device, learner.autocast)
        return running.reduced().scores()

    def _judge(self, tested: Scores) -> bool:
        """Return whether this epoch is the best so far, and count those since."""
        stopping = self.recipe.early_stopping
        by_loss = stopping is not None and stopping.monitor == "loss"
        margin = 0.0 if stopping is None else stopping.min_delta
        value = -tested.loss if by_loss else tested.accuracy
        best = self.progress.best
        better = best is None or value > best + margin
        self.progress.since_best = 0 if better else self.progress.since_best + 1
        if better:
            self.progress.best = value
        return better

    def _keep(self, better: bool) -> None:
        """Write weights first, the state last: a run killed between goes on from before both."""
        weights = self.learner.weights()
        if self.processes.first:
            if better:
                self.run.keep("best", weights)
            self.run.keep("last", weights)
        self._keep_state()

    def _keep_state(self) -> None:
        progress = self.progress
        state = {
            "world": self.processes.world,
            "progress": {
                "epoch": progress.epoch,
                "step": progress.step,
                "best": progress.best,
                "since_best": progress.since_best,
                "history": [epoch.to_dict() for epoch in progress.history],
                "seconds": progress.seconds,
            },
            "learner": self.learner.state(),
            # Each process has its own of these.
            "running": self.processes.gather(progress.running or {}),
            "generators": self.processes.gather(generators(self.learner.device)),
        }
        if self.processes.first:
            self.run.keep_state(state)
        self.processes.wait()

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state that was kept."""
        kept = dict(state["progress"])
        kept["running"] = state["running"][self.processes.rank] or None
        kept["history"] = [Epoch.from_dict(row) for row in kept["history"]]
        self.progress = Progress(**kept)
        self.learner.load(state["learner"])
        restore(state["generators"][self.processes.rank], self.learner.device)
