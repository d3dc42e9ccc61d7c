"""The samples of each process in each step: a function of the seed and the epoch only."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from archc.samples.seeds import seed_of

FILLER = -1
"""The index of a filler, for a process that has no sample of its own in a step."""


class Share(NamedTuple):
    """The samples of one batch of one process.

    Args:
        indices: indices of the samples; `FILLER` if the process has none.
        samples: samples of the whole step, over all processes and accumulated batches.
        closes: whether it is the last batch of its step.
    """

    indices: Tensor
    samples: int
    closes: bool


class Plan(NamedTuple):
    """The division of samples into steps and batches.

    A step takes the next ``batch_size × accumulate × world`` samples in the order of the epoch, so
    that it has the same samples whether processes, accumulated batches or larger batches share it.

    Args:
        total: the number of samples.
        batch_size: samples per batch of one process.
        accumulate: batches per step of one process.
        rank: the rank of this process.
        world: the number of processes.
        seed: the seed of the order; None keeps the samples in their own order.
    """

    total: int
    batch_size: int
    accumulate: int = 1
    rank: int = 0
    world: int = 1
    seed: int | None = None

    @property
    def step_size(self) -> int:
        """The number of samples of a full step."""
        return self.batch_size * self.accumulate * self.world

    @property
    def steps(self) -> int:
        """The number of steps of an epoch; the last may be smaller."""
        return -(-self.total // self.step_size)

    def order(self, epoch: int) -> Tensor:
        """Return the order of all samples in an epoch."""
        if self.seed is None:
            return torch.arange(self.total)
        generator = torch.Generator().manual_seed(seed_of(self.seed, epoch))
        return torch.randperm(self.total, generator=generator)

    def shares(self, epoch: int, skip_steps: int = 0) -> Iterator[Share]:
        """Yield this process's batches of an epoch, from a step on.

        Every process has the same number of them in each step. A last step that is not full is
        divided as evenly as possible.
        """
        order = self.order(epoch)
        for step in range(skip_steps, self.steps):
            chosen = order[step * self.step_size : (step + 1) * self.step_size]
            parts = chosen.tensor_split(self.accumulate * self.world)
            mine = parts[self.rank :: self.world][: -(-len(chosen) // self.world)]
            for number, part in enumerate(mine, 1):
                indices = part if len(part) else torch.tensor([FILLER])
                yield Share(indices, len(chosen), number == len(mine))
