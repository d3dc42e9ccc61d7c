# ruff: noqa: D102 - a method means what it means at Reporter
"""What the loop tells whoever shows it."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from archc.train.metrics import Epoch, Running


class Facts(NamedTuple):
    """What is known of a run before its first step.

    Args:
        network: its name.
        parameters: how many weights it has.
        device: such as ``cuda:0``.
        precision: ``fp32``, ``bf16`` or ``fp16``.
        train_samples: of the train split.
        test_samples: of the test split.
        batch_size: samples that a step learns from, over all processes.
        epochs: how many there will be in all.
        directory: of the run.
        history: the epochs that are done already, where a run goes on.
        remarks: one-line remarks for the user.
        classes: their names, in the order of the network's outputs.
    """

    network: str
    parameters: int
    device: str
    precision: str
    train_samples: int
    test_samples: int
    batch_size: int
    epochs: int
    directory: Path
    history: Sequence[Epoch] = ()
    remarks: Sequence[str] = ()
    classes: Sequence[str] = ()


class Reporter:
    """Shows nothing. One that shows something overrides what it wants to hear of.

    The calls come in this order: ``begin (epoch step… evaluating epoch_done)… finished close``.
    After a failure or an interrupt, ``close`` may follow anything, and follow itself.
    """

    def begin(self, facts: Facts) -> None:
        """A run begins, or goes on."""

    def epoch(self, number: int, steps: int) -> None:
        """Epoch `number` begins, or goes on; it has so many steps in all."""

    def step(self, done: int, running: Running, images: int, lr: float) -> None:
        """A step is done. This is called after every one: it must cost nothing.

        Args:
            done: steps done of this epoch, also those before a run went on.
            running: the sums so far; to read them makes the processor wait for the device.
            images: learnt from since `epoch`, over all processes.
            lr: the learning rate of the step.
        """

    def evaluating(self, number: int) -> None:
        """The test split is looked at after epoch `number`."""

    def epoch_done(self, epoch: Epoch) -> None:
        """An epoch is done and kept."""

    def finished(self, history: Sequence[Epoch], ended: str) -> None:
        """Training has ended: ``done``, ``stopped early`` or ``interrupted``."""

    def close(self) -> None:
        """Nothing more will be shown; the screen is left as it should be."""


class Several(Reporter):
    """Tells several reporters, in their order."""

    def __init__(self, reporters: Sequence[Reporter]) -> None:
        self._reporters = reporters

    def begin(self, facts: Facts) -> None:
        for reporter in self._reporters:
            reporter.begin(facts)

    def epoch(self, number: int, steps: int) -> None:
        for reporter in self._reporters:
            reporter.epoch(number, steps)

    def step(self, done: int, running: Running, images: int, lr: float) -> None:
        for reporter in self._reporters:
            reporter.step(done, running, images, lr)

    def evaluating(self, number: int) -> None:
        for reporter in self._reporters:
            reporter.evaluating(number)

    def epoch_done(self, epoch: Epoch) -> None:
        for reporter in self._reporters:
            reporter.epoch_done(epoch)

    def finished(self, history: Sequence[Epoch], ended: str) -> None:
        for reporter in self._reporters:
            reporter.finished(history, ended)

    def close(self) -> None:
        with ExitStack() as stack:  # one that fails keeps none of the others open
            for reporter in reversed(self._reporters):
                stack.callback(reporter.close)
