"""The check, before training, that the files of a data set can be read."""

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.data import DataLoader

from archc.samples.decoding import check
from archc.samples.samples import DataError
from archc.samples.workers import ignore_signals, unchanged, worker_errors

_NAMED = 3
"""The most broken files that a message names; the others are counted."""


class _Checked:
    """For each file the reason why it cannot be read, or None."""

    def __init__(self, paths: Sequence[str], whole: bool) -> None:
        self.paths = paths
        self.whole = whole

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> str | None:
        try:
            check(self.paths[index], whole=self.whole)
        except DataError as error:
            return error.reason
        return None


def unreadable(paths: Sequence[str], *, whole: bool, workers: int) -> dict[str, str]:
    """Return the files that are not readable images, each with the reason, in the order of `paths`.

    Args:
        paths: the files.
        whole: whether to decode all pixels, or to read only the header.
        workers: processes that read them; 0 reads them in this process.
    """
    loader: DataLoader[Any] = DataLoader(
        _Checked(paths, whole),  # type: ignore[arg-type]  # it has the methods of a Dataset
        batch_size=None,
        num_workers=workers,
        collate_fn=unchanged,
        worker_init_fn=ignore_signals,
        generator=torch.Generator(),  # the main generator stays unchanged
    )
    with worker_errors():
        return {path: why for path, why in zip(paths, loader, strict=True) if why is not None}


def few(broken: Sequence[str]) -> str:
    """Return the first broken files, and the number of the others."""
    more = (f"and {len(broken) - _NAMED} more",) if len(broken) > _NAMED else ()
    return "; ".join((*broken[:_NAMED], *more))
