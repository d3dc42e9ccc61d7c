"""The loop: epochs of steps; each epoch is evaluated, saved and reported."""

import time
from typing import Any, Literal, NamedTuple

from archc.train.data.batches import Batches, to_device
from archc.train.divergence import NotFiniteError
from archc.train.evaluation import evaluate
from archc.train.finite_check import FiniteCheck
from archc.train.interrupt import Interrupt
from archc.train.learner import Learner
from archc.train.metrics import Epoch, Running, Scores
from archc.train.progress import Progress
from archc.train.random_state import generator_states, restore_generators
from archc.train.run import Run
from archc.train.show.base.reporter import Reporter

_SYNC_EVERY = 10
"""Steps between two checks of the losses, and of whether any process is interrupted."""


class Outcome(NamedTuple):
    """How training ended, and its complete epochs."""

    ended: Literal["done", "stopped early", "interrupted"]
    history: list[Epoch]


class Loop:
    """Training by a recipe, from its `progress` to its end.

    Args:
        learner: the network and its optimizer.
        train: the batches to learn from.
        test: the batches to evaluate after each epoch.
        run: the directory to which the first process writes.
        reporter: what shows the run.
        interrupt: the request to stop.
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
        self._require_finite = FiniteCheck(learner, run, self.progress, train.steps)

    def fit(self) -> Outcome:
        """Train to the end of the recipe, until early stopping, or until interrupted.

        Raises:
            OSError: a file cannot be written; its previous version remains.
            DataError: a sample cannot be read, and the recipe does not skip such samples.
            DivergedError: a loss or a weight is not finite; it is not saved.
        """
        while self.progress.epoch < self.recipe.epochs:
            if self.progress.must_stop(self.recipe):
                return Outcome("stopped early", self.progress.history)
            if not self._epoch():
                self._save_state()
                return Outcome("interrupted", self.progress.history)
        return Outcome("done", self.progress.history)

    def _epoch(self) -> bool:
        """Train, evaluate and save an epoch; return False if it was interrupted."""
        begin = time.monotonic() - self.progress.seconds
        running = self._learn()
        seconds = time.monotonic() - begin
        if running is None:
            self.progress.seconds = seconds
            return False
        trained = running.reduced().scores()
        tested = self._evaluate()
        self._require_finite.everything(tested)
        self.learner.schedules.epoch_done(self.progress.epoch + 1, tested.loss)
        best = self.progress.judge(tested, self.recipe)
        epoch = Epoch(
            number=self.progress.epoch + 1,
            train=trained,
            test=tested,
            lr=self.learner.rate,
            seconds=seconds,
            images_per_second=trained.samples / seconds,
            best=best,
        )
        self.progress.end_epoch(epoch)
        self._save(best)
        self.reporter.epoch_done(epoch)
        return True

    def _learn(self) -> Running | None:
        """Take the remaining steps of this epoch; return None if interrupted."""
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
                what = f"the loss is {error.loss}"
                raise self._require_finite.error(progress.step + 1, what, error.cause) from error
            running.update(loss, logits, here.labels)
            images += len(batch.labels) * self.processes.world
            if not batch.closes:
                continue
            progress.step += 1
            self.reporter.step(progress.step, running, images, self.learner.rate)
            if progress.step == self.train.steps:
                break
            if self._interrupted_after_step(running):
                return None
        self._require_finite.losses()
        return running

    def _interrupted_after_step(self, running: Running) -> bool:
        """Check and save after a step, where it is due; return whether training must stop."""
        if self._must_sync():
            self._require_finite.losses()
        interrupted = self._is_interrupted()
        if not interrupted and not self._must_save():
            return False
        self._require_finite.everything()
        self.progress.running = running.state()
        if not interrupted:  # else it is saved at the end
            self._save_state()
        return interrupted

    def _must_sync(self) -> bool:
        return self.progress.step % _SYNC_EVERY == 0

    def _is_interrupted(self) -> bool:
        if self.processes.world > 1 and not self._must_sync():
            return False
        return self.processes.any(self.interrupt.asked, self.learner.device)

    def _must_save(self) -> bool:
        every = self.recipe.checkpoint_steps
        return every is not None and self.progress.step % every == 0

    def _evaluate(self) -> Scores:
        # Each process has its own running statistics.
        self.processes.broadcast(self.learner.evaluated.buffers())
        self.reporter.evaluating(self.progress.epoch + 1)
        learner = self.learner
        running = evaluate(learner.evaluated, self.test, learner.device, learner.autocast)
        return running.reduced().scores()

    def _save(self, best: bool) -> None:
        """Write the weights, then the state: a run killed in between resumes before both."""
        weights = self.learner.weights()
        if self.processes.first:
            if best:
                self.run.save_weights("best", weights)
            self.run.save_weights("last", weights)
        self._save_state()

    def _save_state(self) -> None:
        state = {
            "world": self.processes.world,
            "progress": self.progress.state(),
            "learner": self.learner.state(),
            # Each process has its own of these.
            "running": self.processes.gather(self.progress.running or {}),
            "generators": self.processes.gather(generator_states(self.learner.device)),
        }
        if self.processes.first:
            self.run.save_state(state)
        self.processes.wait()

    def resume(self, state: dict[str, Any]) -> None:
        """Restore a saved state."""
        rank = self.processes.rank
        self.progress.load(state["progress"], state["running"][rank] or None)
        self.learner.load(state["learner"])
        restore_generators(state["generators"][rank], self.learner.device)
