"""Whether every batch is large enough for the network's batch norms, by arithmetic alone.

In training torch rejects a batch norm that receives one value per channel: a batch of one sample
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
from archc.recipe.data import Data
from archc.recipe.document import Document
from archc.source import Span


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
    source = data.source
    train = Split("training", source.train_samples, accumulate)
    return [train, Split("test", source.test_samples)]


def check_batch_norm(
    data: Data,
    graph: Graph,
    document: Document,
    splits: Sequence[Split],
    diagnostics: Diagnostics,
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
        diagnostics.report(problem, _location(data, document), [Label(first.span, text)])


def _of_one_value(graph: Graph, *, training: bool) -> list[Node]:
    """Return the batch norms that one sample gives one value per channel.

    In evaluation only those count that keep no running averages to use instead of the batch's.
    """
    return [
        node
        for node in graph.nodes
        if isinstance(node.operator, BatchNorm)
        and prod(node.shape[1:]) == 1
        and (training or not node.operator.track_running_stats)
    ]


def _location(data: Data, document: Document) -> Span:
    """Return the location of the batch size, or of the data set where it is left out."""
    if "batch_size" in data.model_fields_set:
        return document.span("data", "batch_size")
    return document.key_span("data", data.source.name)
