"""The kind of a pass: what it does, in which bundles it runs, and behind which others."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from archc.doors import Kind
from archc.graph.graph import Graph
from archc.passes.base.draft import Draft
from archc.passes.base.mapping import Source
from archc.passes.base.optimised import Change, Optimised, kept


class Pass(Kind):
    """A rewriting of a graph that changes no result beyond rounding.

    Its docstring says why it is exact and gives a source, and shows under ``Example::`` a small
    network and under ``becomes::`` the operations that are left of it; a test runs every example.
    """

    required = ("rewrite",)
    bundles: ClassVar[tuple[str, ...]]
    """The bundles that it runs in; a bundle exists where a pass names it."""
    after: ClassVar[tuple[str, ...]]
    """The passes that run before it wherever both run; passes that wait for none go by name."""

    def rewrite(self, graph: Graph) -> Optimised:
        """Return the rewritten graph, and how the weights of its module are made.

        Args:
            graph: the network; it is left as it is.
        """
        raise NotImplementedError

    def changed(
        self,
        draft: Draft,
        what: str,
        places: Sequence[str] = (),
        made: Mapping[str, Source] | None = None,
    ) -> Optimised:
        """Return a finished draft with what this pass did to it.

        Args:
            draft: the rewritten graph; it is not to be used after this.
            what: what was done, in a line.
            places: the layers to which it was done.
            made: how those tensors are made that are not kept as they are, by key.
        """
        graph = draft.finished()
        mapping = {**kept(graph), **(made or {})}
        return Optimised(graph, mapping, (Change(self.name, what, tuple(places)),))
