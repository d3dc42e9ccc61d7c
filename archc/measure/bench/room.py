"""Whether a machine's memory is large enough for a measurement, before anything is allocated."""

import os

import torch

from archc.analyses.cost import cost
from archc.analyses.inplace import inplace
from archc.analyses.memory import memory
from archc.graph.graph import Graph


class RoomError(Exception):
    """A network or a batch that no free memory of this machine would be enough for."""


def require_room(graph: Graph, batch: int, device: torch.device, *, train: bool = False) -> None:
    """Refuse what needs more memory than the device has in all.

    What is needed is at least the weights and the values alive at once; training keeps values for
    the backward pass and holds a gradient for each weight.

    Raises:
        RoomError: it cannot fit, whatever else is running.
    """
    needs = memory(graph, cost(graph), inplace(graph), batch)
    needed = 2 * needs.weights + needs.training if train else needs.weights + needs.inference
    has = _memory_of(device)
    if has is not None and needed > has:
        raise RoomError(
            f"a batch of {batch:,} needs at least {_shown(needed)} "
            f"({_shown(needs.weights)} of weights), and {device} has {_shown(has)} in all"
        )


def _memory_of(device: torch.device) -> int | None:
    """Return the bytes that a device has, in use or not; None where the system does not say."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    if not hasattr(os, "sysconf"):  # on Windows
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _shown(size: int) -> str:
    return f"{size / 2**30:,.1f} GiB"
