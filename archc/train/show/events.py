# ruff: noqa: D102 - a method means what it means at Reporter
"""TensorBoard's event files.

Source: https://docs.pytorch.org/docs/stable/tensorboard.html
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from archc.extras import how_to_install
from archc.train.metrics import Epoch
from archc.train.show.reporter import Facts, Reporter


def remark() -> str | None:
    """Return why there will be no events; None where there will."""
    if find_spec("tensorboard") is not None:
        return None
    return f"no TensorBoard events: tensorboard is not installed ({how_to_install('tensorboard')})"


class Events(Reporter):
    """Scalars an epoch: loss, accuracy and top-5 of both splits, learning rate, images a second.

    Without tensorboard it does nothing; `remark` says so.

    Args:
        directory: of the run; ``tensorboard --logdir`` takes it or the one above.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._writer: Any = None

    def begin(self, facts: Facts) -> None:
        if remark() is not None:
            return
        # Imported here: it costs 0.2 s beside torch's own import.
        from torch.utils.tensorboard import SummaryWriter

        # A run that was killed may have told of an epoch that it goes through again.
        again = len(facts.history) + 1 if facts.history else None
        self._writer = SummaryWriter(str(self._directory), purge_step=again)

    def epoch_done(self, epoch: Epoch) -> None:
        if self._writer is None:
            return
        for split, scores in (("train", epoch.train), ("test", epoch.test)):
            for name in ("loss", "accuracy", "top5"):
                self._writer.add_scalar(f"{name}/{split}", getattr(scores, name), epoch.number)
        self._writer.add_scalar("lr", epoch.lr, epoch.number)
        self._writer.add_scalar("images_per_second", epoch.images_per_second, epoch.number)
        self._writer.flush()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
