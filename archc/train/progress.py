"""How far training has come, and which epoch is the best."""

from dataclasses import dataclass, field
from typing import Any

from archc.recipe.model import Recipe
from archc.train.metrics import Epoch, Scores


@dataclass
class Progress:
    """Complete epochs, the steps of the next one, and the scores so far.

    Args:
        epoch: complete epochs.
        step: steps done in the next epoch.
        best: the best value of what is monitored: accuracy, or loss with its sign changed.
        since_best: epochs since then.
        history: the complete epochs.
        running: the sums over the steps done of the next epoch.
        seconds: the time these took.
    """

    epoch: int = 0
    step: int = 0
    best: float | None = None
    since_best: int = 0
    history: list[Epoch] = field(default_factory=list)
    running: dict[str, Any] | None = None
    seconds: float = 0.0

    def judge(self, tested: Scores, recipe: Recipe) -> bool:
        """Return whether these scores on the test split are the best so far, and note them."""
        stopping = recipe.early_stopping
        by_loss = stopping is not None and stopping.monitor == "loss"
        margin = 0.0 if stopping is None else stopping.min_delta
        value = -tested.loss if by_loss else tested.accuracy
        if self.best is None or value > self.best + margin:
            self.best, self.since_best = value, 0
            return True
        self.since_best += 1
        return False

    def must_stop(self, recipe: Recipe) -> bool:
        """Whether early stopping ends training here."""
        stopping = recipe.early_stopping
        return stopping is not None and self.since_best >= stopping.patience

    def end_epoch(self, epoch: Epoch) -> None:
        """Add a complete epoch."""
        self.history.append(epoch)
        self.epoch += 1
        self.step, self.running, self.seconds = 0, None, 0.0

    def state(self) -> dict[str, Any]:
        """Return plain values to save, without the sums, of which each process has its own."""
        return {
            "epoch": self.epoch,
            "step": self.step,
            "best": self.best,
            "since_best": self.since_best,
            "history": [epoch.to_dict() for epoch in self.history],
            "seconds": self.seconds,
        }

    def load(self, state: dict[str, Any], running: dict[str, Any] | None) -> None:
        """Restore what `state` returned, with the sums of this process."""
        for name, value in state.items():
            setattr(self, name, value)
        self.history = [Epoch.from_dict(row) for row in state["history"]]
        self.running = running
