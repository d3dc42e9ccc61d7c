"""Data sets that torchvision reads whole into memory."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from archc.ops.base.kinds import Value
from archc.samples.samples import InMemory, Splits, UnusableError


def in_memory(dataset: Callable[..., Any], settings: Mapping[str, Value]) -> Splits:
    """Return the two splits of a torchvision data set that holds its images in ``data``.

    Raises:
        UnusableError: its files are missing or damaged.
    """
    try:
        train, test = (dataset(train=split, **settings) for split in (True, False))
        splits = Splits(_samples(train), _samples(test), tuple(train.classes))
    except Exception as error:  # a broken file makes torchvision raise errors of many classes
        root = settings.get("root")
        if "not found or corrupted" in str(error) or "Dataset not found" in str(error):
            advice = "give the right `root`, or `download: true`"
            raise UnusableError(f"{root} does not hold it", advice) from error
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnusableError(f"its files in {root} cannot be read ({reason})") from error
    return splits


def _samples(dataset: Any) -> InMemory:
    images = torch.as_tensor(dataset.data)
    images = images.unsqueeze(1) if images.dim() == 3 else images.permute(0, 3, 1, 2).contiguous()
    labels = torch.as_tensor(dataset.targets)
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels")
    return InMemory(images, labels)
