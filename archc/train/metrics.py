"""What is measured of learning: loss, top-1, top-5, and what is taken for what.

Sums are kept where the network is and read only when somebody asks: reading a number makes the
processor wait for the accelerator.
"""

from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, distributed

from archc.train.data.batch import IGNORED


class Scores(NamedTuple):
    """How well a network does on some samples.

    Args:
        loss: mean cross entropy in nats; NaN where there are no samples.
        accuracy: the fraction whose true class has the greatest logit.
        top5: the fraction whose true class is among the five greatest logits, or among all of
            them where there are fewer than five classes.
        samples: how many there are.
    """

    loss: float
    accuracy: float
    top5: float
    samples: int


class Epoch(NamedTuple):
    """One row of a run's history.

    Args:
        number: from 1.
        train: measured while learning, each batch before the step it leads to.
        test: measured after the epoch.
        lr: the learning rate of the last step.
        seconds: what learning took, without the test.
        images_per_second: of learning, over all processes.
        best: whether no epoch before was better.
    """

    number: int
    train: Scores
    test: Scores
    lr: float
    seconds: float
    images_per_second: float
    best: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and numbers, which JSON and checkpoints keep exactly."""
        return {**self._asdict(), "train": self.train._asdict(), "test": self.test._asdict()}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Self:
        """Return what `to_dict` was given."""
        return cls(**{**row, "train": Scores(**row["train"]), "test": Scores(**row["test"])})


class Running:
    """Sums over the batches seen so far, on the device where they are."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        # Apple's devices have no float64.
        exact = torch.float32 if torch.device(device).type == "mps" else torch.float64
        self._loss = torch.zeros((), dtype=exact, device=device)
        self._counts = torch.zeros(3, dtype=torch.int64, device=device)  # right, in top 5, samples

    @torch.no_grad()
    def update(self, loss_sum: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Count a batch without waiting for the device.

        Args:
            loss_sum: the loss summed over the batch's samples, a scalar.
            logits: batch × classes.
            labels: batch; `IGNORED` marks what is no sample.
        """
        counted = labels != IGNORED
        ranks = _ranks(logits, labels)
        right = (ranks < 1) & counted
        among = (ranks < min(5, logits.shape[1])) & counted
        self._loss += loss_sum
        self._counts += torch.stack((right.sum(), among.sum(), counted.sum()))

    def state(self) -> dict[str, Tensor]:
        """Return the sums on CPU, to go on from exactly."""
        return {"loss": self._loss.cpu().clone(), "counts": self._counts.cpu().clone()}

    def load(self, state: dict[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self._loss.copy_(state["loss"])
        self._counts.copy_(state["counts"])

    def reduced(self) -> "Running":
        """Return the sums over all processes; every process must ask."""
        total = Running(self._loss.device)
        total._loss.copy_(self._loss)
        total._counts.copy_(self._counts)
        if distributed.is_available() and distributed.is_initialized():
            distributed.all_reduce(total._loss)
            distributed.all_reduce(total._counts)
        return total

    def scores(self) -> Scores:
        """Return the means so far; this waits for the device."""
        right, among, samples = self._counts.tolist()
        if samples == 0:
            return Scores(float("nan"), float("nan"), float("nan"), 0)
        return Scores(self._loss.item() / samples, right / samples, among / samples, samples)


class Confusion:
    """How often each class was taken for each.

    Args:
        classes: how many there are.
        device: where the logits are.
    """

    def __init__(self, classes: int, device: torch.device | str = "cpu") -> None:
        self._classes = classes
        self._counts = torch.zeros(classes * classes, dtype=torch.int64, device=device)

    @torch.no_grad()
    def update(self, logits: Tensor, labels: Tensor) -> None:
        """Count a batch: logits batch × classes, labels batch.

        A sample with a NaN among its logits is taken for the class of the first NaN, as
        `torch.argmax` says, unless that is the true one, which a broken network has not found:
        then it is taken for the next class.
        """
        counted = labels != IGNORED
        taken = logits.argmax(1)
        broken = (taken == labels) & logits.isnan().any(1)
        taken = torch.where(broken, (taken + 1) % self._classes, taken)
        cells = labels.clamp(min=0) * self._classes + taken
        self._counts.index_add_(0, cells, counted.to(torch.int64))

    def reduced(self) -> "Confusion":
        """Return the counts over all processes; every process must ask."""
        total = Confusion(self._classes, self._counts.device)
        total._counts.copy_(self._counts)
        if distributed.is_available() and distributed.is_initialized():
            distributed.all_reduce(total._counts)
        return total

    def counts(self) -> list[list[int]]:
        """Return a row for each true class, in it a count for each class it was taken for."""
        rows: list[list[int]] = self._counts.view(self._classes, self._classes).tolist()
        return rows


def _ranks(logits: Tensor, labels: Tensor) -> Tensor:
    """Return how many classes stand before the true one, for each sample.

    As for `torch.argmax`, of equal logits the first stands before, and NaN stands before all
    numbers; a true class whose own logit is NaN stands behind all classes, itself included.
    """
    labels = labels.clamp(min=0).unsqueeze(1)
    true = logits.gather(1, labels)
    earlier = torch.arange(logits.shape[1], device=logits.device) < labels
    # Not `logits > true`, which is false for NaN.
    before = ~(logits <= true) | ((logits == true) & earlier)
    return before.sum(1)
