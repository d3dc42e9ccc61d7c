"""Which files of a data set can be read, found out before training."""

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.data import DataLoader

from archc.samples.decoding import check
from archc.samples.samples import DataError
from archc.samples.workers import quiet, reported_workers

_NAMED = 3
"""Broken files that are named; the others are counted."""


class _Checked:
    """For each file why it cannot be read, or None."""

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
    """Return the files that cannot be read as images, each with why, in the order of `paths`.

    Args:
        paths: the files.
        whole: whether every pixel is decoded, or the header alone is read.
        workers: processes that read them; 0 reads them here.
    """
    loader: DataLoader[Any] = DataLoader(
        _Checked(paths, whole),  # type: ignore[arg-type]  # it has all that a Dataset needs
        batch_size=None,
        num_workers=workers,
        collate_fn=_as_it_is,
        worker_init_fn=quiet,
        generator=torch.Generator(),  # the main one stays as it was
    )
    with reported_workers():
        return {path: why for path, why in zip(paths, loader, strict=True) if why is not None}


def few(broken: Sequence[str]) -> str:
    """Return the first of some broken files, and how many more there are."""
    more = (f"and {len(broken) - _NAMED} more",) if len(broken) > _NAMED else ()
    return "; ".join((*broken[:_NAMED], *more))


def _as_it_is(read: object) -> object:
    return read
