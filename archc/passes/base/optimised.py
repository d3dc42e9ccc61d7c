"""What a pass gives."""

from collections.abc import Mapping
from typing import NamedTuple

from archc.analyses.keys import state_keys
from archc.graph.graph import Graph
from archc.passes.base.mapping import Kept, Source, composed, mapping_text


class Change(NamedTuple):
    """What one pass did: its name, in a line what it changed, and the places."""

    name: str
    what: str
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.what}" + (f": {', '.join(self.places)}" if self.places else "")


class Optimised(NamedTuple):
    """A graph that computes what another does, faster.

    Args:
        graph: the rewritten network.
        mapping: for every key of its module, how the tensor is made of the plain network's.
        changes: what was done, in order; a pass that found nothing to do is not among them.
    """

    graph: Graph
    mapping: Mapping[str, Source]
    changes: tuple[Change, ...] = ()

    def then(self, later: "Optimised") -> "Optimised":
        """Return this and what was done to its graph afterwards as one."""
        mapping = composed(later.mapping, self.mapping)
        return Optimised(later.graph, mapping, (*self.changes, *later.changes))

    def report(self) -> str:
        """Return what was changed as text, a line a pass."""
        return "\n".join(map(str, self.changes)) or "nothing was changed"

    def mapping_report(self) -> str:
        """Return the mapping as text, a line a key that is not kept as it is."""
        return mapping_text(self.mapping)


def kept(graph: Graph) -> dict[str, Source]:
    """Return the mapping in which every tensor of a graph is kept as it is."""
    return {key: Kept(key) for key in state_keys(graph)}


def unchanged(graph: Graph) -> Optimised:
    """Return a graph to which nothing was done."""
    return Optimised(graph, kept(graph))
