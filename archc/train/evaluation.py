"""Evaluation: the scores of a network on samples that it does not learn from."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from archc.train.data.batch import IGNORED
from archc.train.data.batches import Batches, to_device
from archc.train.metrics import Confusion, Running


@torch.no_grad()
def evaluate(
    model: nn.Module,
    batches: Batches,
    device: torch.device,
    autocast: Callable[[], AbstractContextManager[Any]] = nullcontext,
    confusion: Confusion | None = None,
) -> Running:
    """Return this process's scores: cross entropy without label smoothing, top-1 and top-5.

    Args:
        model: the network; it is put into evaluation mode.
        batches: the batches of one pass over the samples.
        device: the device of the model.
        autocast: returns the context to compute in.
        confusion: counts of true and predicted classes, updated if given.
    """
    model.eval()
    running = Running(device)
    for batch in batches.epoch(0):
        images, labels, *_ = to_device(batch, device)
        with autocast():
            logits = model(images)
        loss = functional.cross_entropy(
            logits.float(), labels, ignore_index=IGNORED, reduction="sum"
        )
        running.update(loss, logits, labels)
        if confusion is not None:
            confusion.update(logits, labels)
    return running
