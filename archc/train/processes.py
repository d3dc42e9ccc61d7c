"""The processes that ``torchrun`` starts, each one of a world that learns together.

Source: https://pytorch.org/docs/stable/elastic/run.html (the environment that torchrun sets)
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, distributed

from archc.train.problems import RunError


class Processes(NamedTuple):
    """This process's place among those that learn together."""

    rank: int = 0
    world: int = 1
    local_rank: int = 0

    @property
    def first(self) -> bool:
        """Whether this is the one process that writes and reports."""
        return self.rank == 0

    def any(self, here: bool, device: torch.device) -> bool:
        """Return whether it is so in any process; every process must ask."""
        if self.world == 1:
            return here
        told = torch.tensor(int(here), device=device)
        distributed.all_reduce(told, distributed.ReduceOp.MAX)
        return bool(told.item())

    def least(self, here: int, device: torch.device) -> int:
        """Return the smallest that any process has; every process must ask."""
        if self.world == 1:
            return here
        told = torch.tensor(here, device=device)
        distributed.all_reduce(told, distributed.ReduceOp.MIN)
        return int(told.item())

    def gather(self, here: dict[str, Tensor]) -> list[dict[str, Tensor]]:
        """Return what everyone has, in the order of the ranks; every process must ask."""
        if self.world == 1:
            return [here]
        found: list[dict[str, Tensor]] = [{}] * self.world
        distributed.all_gather_object(found, here)
        return found

    def share(self, tensors: Iterable[Tensor]) -> None:
        """Give every process the tensors of the first."""
        if self.world > 1:
            for tensor in tensors:
                distributed.broadcast(tensor, 0)

    def wait(self) -> None:
        """Wait until every process is here.

        Raises:
            RunError: one never will be, having ended.
        """
        if self.world == 1:
            return
        try:
            distributed.barrier()
        except RuntimeError as error:  # what it says is about sockets
            raise RunError("another process has ended, and has told why") from error


def place() -> Processes:
    """Return this process's place, as torchrun tells it."""
    told = os.environ.get
    return Processes(
        int(told("RANK", "0")), int(told("WORLD_SIZE", "1")), int(told("LOCAL_RANK", "0"))
    )


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """Join the other processes, and leave them at the end."""
    processes = place()
    if processes.world == 1:
        yield processes
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield processes
    finally:
        distributed.destroy_process_group()
