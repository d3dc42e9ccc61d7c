"""Which samples each process sees in each step: a function of the seed and the epoch alone."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from archc.samples.seeds import seed_of

FILLER = -1
"""Stands for a sample where a process has none of its own, but must take part in the step."""


class Share(NamedTuple):
    """One batch of one process.

    Args:
        indices: of the samples; `FILLER` where the process has none.
        samples: the true samples of the whole step, over all processes and accumulated batches.
        closes: whether it is the last batch of its step.
    """

    indices: Tensor
    samples: int
    closes: bool


class Plan(NamedTuple):
    """How samples are dealt out.

    A step takes the next ``batch_size × accumulate × world`` samples of the epoch's order, so that
    processes, accumulated batches and larger batches all see the same samples in the same step.

    Args:
        total: the samples there are.
        batch_size: of one batch of one process.
        accumulate: batches of one step of one process.
        rank: which process this is.
        world: how many there are.
        seed: of the order; None keeps the samples in theirs.
    """

    total: int
    batch_size: int
    accumulate: int = 1
    rank: int = 0
    world: int = 1
    seed: int | None = None

    @property
    def step_size(self) -> int:
        """The samples of a full step."""
        return self.batch_size * self.accumulate * self.world

    @property
    def steps(self) -> int:
        """The steps of an epoch; the last may be smaller."""
        return -(-self.total // self.step_size)

    def order(self, epoch: int) -> Tensor:
        """Return the order of all samples in an epoch."""
        if self.seed is None:
            return torch.arange(self.total)
        generator = torch.Generator().manual_seed(seed_of(self.seed, epoch))
        return torch.randperm(self.total, generator=generator)

    def shares(self, epoch: int, skip_steps: int = 0) -> Iterator[Share]:
        """Yield this process's batches of an epoch, from a step on.

        Every process has equally many of them in each step. A last step that is not full is split
        as evenly as can be.
        """
        order = self.order(epoch)
        for step in range(skip_steps, self.steps):
            chosen = order[step * self.step_size : (step + 1) * self.step_size]
            parts = chosen.tensor_split(self.accumulate * self.world)
            mine = parts[self.rank :: self.world][: -(-len(chosen) // self.world)]
            for number, part in enumerate(mine, 1):
                indices = part if len(part) else torch.tensor([FILLER])
                yield Share(indices, len(chosen), number == len(mine))
