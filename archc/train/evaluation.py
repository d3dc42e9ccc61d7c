"""A look at samples without learning from them."""

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
    """Return this process's scores over `batches`: cross entropy without smoothing, top-1, top-5.

    Args:
        model: the network, which is put into evaluation mode.
        batches: what it looks at, in their own order.
        device: where the model is.
        autocast: gives the context to compute in.
        confusion: counts what is taken for what, where it is asked for.
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
