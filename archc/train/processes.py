"""The processes that ``torchrun`` starts, which train one network together.

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
    """The processes that train together, and the rank of this one."""

    rank: int = 0
    world: int = 1
    local_rank: int = 0

    @property
    def first(self) -> bool:
        """Whether this is the process that writes and reports."""
        return self.rank == 0

    def any(self, value: bool, device: torch.device) -> bool:
        """Return whether `value` is true in any process; every process must call this."""
        if self.world == 1:
            return value
        reduced = torch.tensor(int(value), device=device)
        distributed.all_reduce(reduced, distributed.ReduceOp.MAX)
        return bool(reduced.item())

    def minimum(self, value: int, device: torch.device) -> int:
        """Return the smallest value of all processes; every process must call this."""
        if self.world == 1:
            return value
        reduced = torch.tensor(value, device=device)
        distributed.all_reduce(reduced, distributed.ReduceOp.MIN)
        return int(reduced.item())

    def gather(self, tensors: dict[str, Tensor]) -> list[dict[str, Tensor]]:
        """Return the tensors of all processes by rank; every process must call this."""
        if self.world == 1:
            return [tensors]
        gathered: list[dict[str, Tensor]] = [{}] * self.world
        distributed.all_gather_object(gathered, tensors)
        return gathered

    def broadcast(self, tensors: Iterable[Tensor]) -> None:
        """Copy the tensors of the first process to all others."""
        if self.world > 1:
            for tensor in tensors:
                distributed.broadcast(tensor, 0)

    def wait(self) -> None:
        """Wait until every process has called this.

        Raises:
            RunError: another process has failed.
        """
        if self.world == 1:
            return
        try:
            distributed.barrier()
        except RuntimeError as error:  # its message is about sockets
            raise RunError("another process failed; see its output") from error


def place() -> Processes:
    """Return the ranks that torchrun sets for this process."""
    variable = os.environ.get
    return Processes(
        rank=int(variable("RANK", "0")),
        world=int(variable("WORLD_SIZE", "1")),
        local_rank=int(variable("LOCAL_RANK", "0")),
    )


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """Join the process group on entry, and leave it on exit."""
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
