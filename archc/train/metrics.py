"""Loss, top-1 and top-5 accuracy, and counts of true and predicted classes.

Sums stay on the device of the network and are read on demand: reading a number makes the processor
wait for the device.
"""

from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, distributed

from archc.train.data.batch import IGNORED


class Scores(NamedTuple):
    """The scores of a network on some samples.

    Args:
        loss: mean cross entropy in nats; NaN if there are no samples.
        accuracy: the fraction whose true class has the greatest logit.
        top5: the fraction whose true class is among the five greatest logits, or among all of
            them if there are fewer than five classes.
        samples: the number of samples.
    """

    loss: float
    accuracy: float
    top5: float
    samples: int


class Epoch(NamedTuple):
    """A row of a run's history.

    Args:
        number: from 1.
        train: scores while learning, each batch before its own step.
        test: scores after the epoch.
        lr: the learning rate of the last step.
        seconds: time for training, without evaluation.
        images_per_second: images in training, over all processes.
        best: whether the epoch is the best so far.
    """

    number: int
    train: Scores
    test: Scores
    lr: float
    seconds: float
    images_per_second: float
    best: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and numbers, which JSON and checkpoints store exactly."""
        return {**self._asdict(), "train": self.train._asdict(), "test": self.test._asdict()}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Self:
        """Return the epoch of which `to_dict` returned `row`."""
        return cls(**{**row, "train": Scores(**row["train"]), "test": Scores(**row["test"])})


class Running:
    """Sums over the batches so far, on their device."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        # Apple's devices have no float64.
        exact = torch.float32 if torch.device(device).type == "mps" else torch.float64
        self._loss = torch.zeros((), dtype=exact, device=device)
        self._counts = torch.zeros(
            3, dtype=torch.int64, device=device
        )  # correct, in top 5, samples

    @torch.no_grad()
    def update(self, loss_sum: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Count a batch without waiting for the device.

        Args:
            loss_sum: the loss summed over the batch's samples, a scalar.
            logits: batch × classes.
            labels: batch; `IGNORED` marks a filler, which is not counted.
        """
        counted = labels != IGNORED
        ranks = _ranks(logits, labels)
        correct = (ranks < 1) & counted
        top5 = (ranks < min(5, logits.shape[1])) & counted
        self._loss += loss_sum
        self._counts += torch.stack((correct.sum(), top5.sum(), counted.sum()))

    def state(self) -> dict[str, Tensor]:
        """Return the sums on CPU, which `load` restores exactly."""
        return {"loss": self._loss.cpu().clone(), "counts": self._counts.cpu().clone()}

    def load(self, state: dict[str, Tensor]) -> None:
        """Restore what `state` returned."""
        self._loss.copy_(state["loss"])
        self._counts.copy_(state["counts"])

    def reduced(self) -> "Running":
        """Return the sums over all processes; every process must call this."""
        total = Running(self._loss.device)
        total._loss.copy_(self._loss)
        total._counts.copy_(self._counts)
        if distributed.is_available() and distributed.is_initialized():
            distributed.all_reduce(total._loss)
            distributed.all_reduce(total._counts)
        return total

    def scores(self) -> Scores:
        """Return the means so far; this waits for the device."""
        correct, top5, samples = self._counts.tolist()
        if samples == 0:
            return Scores(float("nan"), float("nan"), float("nan"), 0)
        return Scores(self._loss.item() / samples, correct / samples, top5 / samples, samples)


class Confusion:
    """Counts of samples by true and predicted class.

    Args:
        classes: the number of classes.
        device: the device of the logits.
    """

    def __init__(self, classes: int, device: torch.device | str = "cpu") -> None:
        self._classes = classes
        self._counts = torch.zeros(classes * classes, dtype=torch.int64, device=device)

    @torch.no_grad()
    def update(self, logits: Tensor, labels: Tensor) -> None:
        """Count a batch: logits batch × classes, labels batch.

        If a logit is NaN, the class of the first NaN is the predicted one, as in `torch.argmax`;
        if that is the true class, the next class counts instead, as the network is broken.
        """
        counted = labels != IGNORED
        predicted = logits.argmax(1)
        broken = (predicted == labels) & logits.isnan().any(1)
        predicted = torch.where(broken, (predicted + 1) % self._classes, predicted)
        cells = labels.clamp(min=0) * self._classes + predicted
        self._counts.index_add_(0, cells, counted.to(torch.int64))

    def reduced(self) -> "Confusion":
        """Return the counts over all processes; every process must call this."""
        total = Confusion(self._classes, self._counts.device)
        total._counts.copy_(self._counts)
        if distributed.is_available() and distributed.is_initialized():
            distributed.all_reduce(total._counts)
        return total

    def counts(self) -> list[list[int]]:
        """Return the counts: a row per true class, a column per predicted class."""
        rows: list[list[int]] = self._counts.view(self._classes, self._classes).tolist()
        return rows


def _ranks(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the number of classes that rank before the true one, for each sample.

    As in `torch.argmax`, the first of equal logits ranks first, and NaN ranks before all numbers.
    A true class whose own logit is NaN ranks after all classes, itself included.
    """
    labels = labels.clamp(min=0).unsqueeze(1)
    true = logits.gather(1, labels)
    earlier = torch.arange(logits.shape[1], device=logits.device) < labels
    # Not `logits > true`, which is false for NaN.
    before = ~(logits <= true) | ((logits == true) & earlier)
    return before.sum(1)
