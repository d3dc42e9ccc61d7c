# ruff: noqa: D102 - an event is documented at `Reporter`
"""TensorBoard's event files.

Source: https://docs.pytorch.org/docs/stable/tensorboard.html
"""

from typing import Any

from archc.train.metrics import Epoch
from archc.train.show.base.reporter import Facts, Reporter


class TensorBoard(Reporter):
    """Write scalars per epoch: loss, accuracy, top-5, learning rate and images per second.

    ``tensorboard --logdir`` takes the directory of the run, or the one above it.
    """

    writes_files = True
    needs = "tensorboard"
    makes = "TensorBoard events"

    _writer: Any = None

    def begin(self, facts: Facts) -> None:
        # Imported here: it costs 0.2 s on top of torch's own import.
        from torch.utils.tensorboard import SummaryWriter

        # A killed run may have written events of an epoch that is now repeated.
        purge_step = len(facts.history) + 1 if facts.history else None
        self._writer = SummaryWriter(str(facts.directory), purge_step=purge_step)

    def epoch_done(self, epoch: Epoch) -> None:
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
