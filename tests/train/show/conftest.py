from collections.abc import Callable
from pathlib import Path

import pytest

from archc.train.metrics import Epoch, Scores
from archc.train.show.base.reporter import Facts


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def epoch() -> Callable[..., Epoch]:
    def make(number: int, accuracy: float = 0.5, *, best: bool = False) -> Epoch:
        train = Scores(1 / (3 * number), accuracy, 0.9, 300)
        test = Scores(2 / (3 * number), accuracy, 0.8, 100)
        return Epoch(number, train, test, 0.1 * number, 7.5, 40.0, best)

    return make


@pytest.fixture
def history(epoch: Callable[..., Epoch]) -> Callable[[int], list[Epoch]]:
    """Return histories that get better until their third epoch."""
    return lambda epochs: [
        epoch(number, min(number, 3) / 4, best=number <= 3) for number in range(1, epochs + 1)
    ]


@pytest.fixture
def facts() -> Facts:
    return Facts(
        network="LeNet5",
        parameters=61706,
        device="cpu",
        precision="fp32",
        train_samples=300,
        test_samples=100,
        batch_size=10,
        epochs=3,
        directory=Path("runs/one"),
        remarks=["a remark"],
    )
