"""The passes: Graph → Graph, one file each, named as users ask for them.

A pass changes no result beyond rounding and renames nothing that is saved: the checkpoint stays
the plain network's, and the weights of an optimised module are made from it by a mapping that can
be printed. To add a pass, write one file with a `Pass` in it: it says in which bundles it runs and
after which passes.
"""

from collections.abc import Sequence
from graphlib import TopologicalSorter

from archc.doors import Door
from archc.graph.graph import Graph
from archc.passes.base.optimised import Optimised, unchanged
from archc.passes.base.rewriting import Pass

PASSES = Door("archc.passes", Pass)


def names() -> tuple[str, ...]:
    """Return the names of all passes."""
    return PASSES.all_names()


def bundles() -> dict[str, tuple[str, ...]]:
    """Return the bundles by name, each with its passes in the order in which they run."""
    order = [PASSES.find(name) for name in _order()]
    named = sorted({bundle for each in order for bundle in each.bundles})
    return {
        bundle: tuple(each.name for each in order if bundle in each.bundles) for bundle in named
    }


def optimise(graph: Graph, what: str | Sequence[str] = "inference") -> Optimised:
    """Return a graph after passes.

    Args:
        graph: the network; it is left as it is.
        what: the name of a bundle or of a pass, or several, which run in that order.

    Raises:
        ValueError: no bundle and no pass has that name.
    """
    result = unchanged(graph)
    for name in _passes([what] if isinstance(what, str) else what):
        result = result.then(PASSES.find(name)().rewrite(result.graph))
    return result


def _passes(asked: Sequence[str]) -> list[str]:
    known = {**bundles(), **{name: (name,) for name in names()}}
    for name in asked:
        if name not in known:
            there_are = ", ".join(known)
            raise ValueError(f"no optimisation is called {name!r}; there are: {there_are}")
    return [each for name in asked for each in known[name]]


def _order() -> list[str]:
    """Return all passes, each behind those that it runs after; those that could swap go by name."""
    sorter = TopologicalSorter({name: PASSES.find(name).after for name in names()})
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return order
