"""Graphs for the tests: of the specs that ship, and of a few layers."""

from functools import cache
from pathlib import Path

from archc.graph.graph import Graph
from archc.pipeline import check

SPECS = Path(__file__).parents[1] / "specs"
SHIPPED = sorted(
    str(path.relative_to(SPECS).with_suffix(""))
    for path in SPECS.rglob("*.yaml")
    if "recipes" not in path.parts
)


@cache
def shipped(name: str) -> Graph:
    """Return the graph of a spec that ships, ``notebook/lenet5``."""
    return sound(str(SPECS / f"{name}.yaml"))


def network(layers, shape=(1, 64, 64), **more) -> Graph:
    """Return the graph of a few layers."""
    return sound({"archc": 1, "input": list(shape), "layers": layers, **more})


def sound(spec) -> Graph:
    """Return the graph of a spec that must have nothing wrong with it."""
    checked = check(spec)
    assert checked.sound is not None, "\n".join(map(str, checked.diagnostics))
    return checked.sound


def node(graph: Graph, path: str):
    """Return the node of a path."""
    return next(node for node in graph.nodes if node.path == path)
