# ruff: noqa: D102 - a method of `Several` is documented at `Reporter`
"""The kind of thing that shows a training run, and the events that it receives."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar, NamedTuple, TextIO

from archc.doors import Kind
from archc.train.metrics import Epoch, Running


class Facts(NamedTuple):
    """What is known of a run before its first step.

    Args:
        network: its name.
        parameters: the number of its weights.
        device: a device of torch, for example ``cuda:0``.
        precision: ``fp32``, ``bf16`` or ``fp16``.
        train_samples: samples in the training split.
        test_samples: samples in the test split.
        batch_size: samples per step, over all processes and accumulated batches.
        epochs: epochs of the whole run.
        directory: the directory of the run.
        history: the epochs that are done already, if the run is resumed.
        remarks: notes for the user, one line each.
        classes: class names, in the order of the network's outputs.
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


class Reporter(Kind):
    """Something that shows a run or writes files about it; this class itself shows nothing.

    A reporter is a class in a file of ``archc/train/show/``, or in another package that names it as
    an entry point. It overrides the events it needs::

        class Losses(Reporter):
            \"\"\"Append the test loss of each epoch to ``losses.txt``.\"\"\"

            writes_files = True

            def begin(self, facts):
                self._path = facts.directory / "losses.txt"

            def epoch_done(self, epoch):
                with self._path.open("a") as file:
                    print(epoch.test.loss, file=file)

    Events arrive in this order: ``begin (epoch step… evaluating epoch_done)… finished close``.
    After a failure or an interrupt, ``close`` may follow any event, and follow itself.

    Args:
        stream: the stream to write to. Only a reporter with `for_terminal` receives one.
    """

    writes_files: ClassVar[bool] = False
    """Takes part in every run that writes files, in the first process, also with ``--quiet``."""
    for_terminal: ClassVar[bool | None] = None
    """Takes part where a stream is shown: True, on a terminal that can redraw; False, elsewhere."""
    needs: ClassVar[str | None] = None
    """A package without which it takes no part; the user sees a note instead."""
    makes: ClassVar[str] = "output"
    """What is missing without that package, in the plural: ``TensorBoard events``."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Prepare to show a run; nothing is written before `begin`."""

    def begin(self, facts: Facts) -> None:
        """Begin or resume a run."""

    def epoch(self, number: int, steps: int) -> None:
        """Begin or resume epoch `number`, which has so many steps in all."""

    def step(self, done: int, running: Running, images: int, lr: float) -> None:
        """Receive the result of a step. This is called after every step, so it must be cheap.

        Args:
            done: steps done in this epoch, including those before the run was resumed.
            running: the sums so far; reading them makes the processor wait for the device.
            images: images learned from since `epoch`, over all processes.
            lr: the learning rate of the step.
        """

    def evaluating(self, number: int) -> None:
        """Note that the test split is being evaluated after epoch `number`."""

    def epoch_done(self, epoch: Epoch) -> None:
        """Receive the scores of an epoch, whose weights are saved."""

    def finished(self, history: Sequence[Epoch], ended: str) -> None:
        """Receive the whole history; `ended`: ``done``, ``stopped early`` or ``interrupted``."""

    def close(self) -> None:
        """Release what is open, and leave the screen in order."""


class Several(Reporter, abstract=True):
    """Several reporters as one; each event goes to all of them in order."""

    def __init__(self, reporters: Sequence[Reporter]) -> None:
        super().__init__()
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
        with ExitStack() as stack:  # if one fails to close, the others are closed all the same
            for reporter in reversed(self._reporters):
                stack.callback(reporter.close)
