"""Whether every batch is large enough for the network's batch norms, by arithmetic alone.

In training torch refuses a batch norm that is given one value per channel: a batch of one sample
whose map is 1×1, or a vector. It finds out in the step that comes to it, at the end of an epoch.

Source: ``torch.nn.functional._verify_batch_size``
"""

from collections.abc import Sequence
from math import prod
from typing import Literal, NamedTuple

from archc.diagnostics import Diagnostics, Label
from archc.graph.graph import Graph, Node
from archc.ops.batch_norm import BatchNorm
from archc.problems.recipes import BatchNormOfOne
from archc.recipe.datasets import DATASETS
from archc.recipe.model import Data
from archc.source import Span
from archc.syntax.tree import Mapping


class Split(NamedTuple):
    """How the samples of a split come in batches; `samples` is None where it is not known yet."""

    name: Literal["training", "test"]
    samples: int | None
    accumulate: int = 1
    world: int = 1

    def smallest(self, batch_size: int) -> int:
        """Return the size of the smallest batch, as `archc.train.data.order.Plan` deals them."""
        if self.samples is None:
            return batch_size
        parts = self.accumulate * self.world
        full, rest = divmod(self.samples, batch_size * parts)
        of_rest = max(rest // parts, 1) if rest else batch_size
        return min(batch_size, of_rest) if full else of_rest

    def fitting(self, batch_size: int) -> int | None:
        """Return the batch size nearest to a given one that leaves no batch of one, if any."""
        farthest = max(batch_size, self.samples or 2)
        for distance in range(farthest):
            for size in (batch_size - distance, batch_size + distance):
                if size > 1 and self.smallest(size) > 1:
                    return size
        return None


def known_splits(data: Data, accumulate: int) -> list[Split]:
    """Return what is known of the splits before the data is read, for one process."""
    known = DATASETS[data.source.name]
    return [Split("training", known.train, accumulate), Split("test", known.test)]


def check_batch_norm(
    data: Data, graph: Graph, tree: Mapping, splits: Sequence[Split], diagnostics: Diagnostics
) -> None:
    """Report a batch size that gives a batch norm one value per channel."""
    for split in splits:
        layers = _of_one_value(graph, training=split.name == "training")
        if not layers or split.smallest(data.batch_size) > 1:
            continue
        first = layers[0]
        problem = BatchNormOfOne(
            first.path,
            split.name,
            split.samples,
            data.batch_size,
            split.accumulate,
            split.world,
            split.fitting(data.batch_size),
        )
        text = f"{'×'.join(map(str, first.shape))}: one value per channel of each sample"
        diagnostics.report(problem, _place(data, tree), [Label(first.span, text)])


def _of_one_value(graph: Graph, *, training: bool) -> list[Node]:
    """Return the batch norms that one sample gives one value per channel.

    In evaluation those alone count that keep no running averages to use instead of the batch's.
    """
    return [
        node
        for node in graph.nodes
        if isinstance(node.operator, BatchNorm)
        and prod(node.shape[1:]) == 1
        and (training or not node.operator.track_running_stats)
    ]


def _place(data: Data, tree: Mapping) -> Span:
    section = tree.get("data")
    given = section.get("batch_size") if isinstance(section, Mapping) else None
    return data.source.span if given is None else given.span
