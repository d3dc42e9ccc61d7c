"""Graphs for the tests: of the specs that ship, and of a few layers."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archc.graph.graph import Graph
from archc.pipeline import check

SPECS = Path(__file__).parents[1] / "specs"
SMALLEST = {"inception_v3": 299}
"""The sides that a spec needs, if 64 are too few: here those of its auxiliary head."""
SHIPPED = sorted(
    str(path.relative_to(SPECS).with_suffix(""))
    for path in SPECS.rglob("*.yaml")
    if "recipes" not in path.parts
)


def shipped_names(*quick: str) -> list[Any]:
    """Return the specs that ship for `parametrize`: those that are not quick are `long`."""
    return [n if n in quick else pytest.param(n, marks=pytest.mark.long) for n in SHIPPED]


@cache
def shipped(name: str) -> Graph:
    """Return the graph of a spec that ships, ``notebook/lenet5``."""
    return sound(str(SPECS / f"{name}.yaml"))


@cache
def small(name: str) -> Graph:
    """Return the graph of a spec that ships, for images of 64 × 64 if it takes larger ones.

    Its layers, keys and weights are the spec's own (but for a `linear` that reads what is flattened
    with no pooling to a fixed size before it); an exporter takes seconds of it instead of minutes.
    """
    graph = shipped(name)
    channels, *sides = graph.input.shape
    side = SMALLEST.get(name, 64)
    if max(sides) <= side:
        return graph
    return sound(str(SPECS / f"{name}.yaml"), input_shape=(channels, side, side))


def network(layers, shape=(1, 64, 64), **more) -> Graph:
    """Return the graph of a few layers."""
    return sound({"archc": 1, "input": list(shape), "layers": layers, **more})


def sound(spec, **more) -> Graph:
    """Return the graph of a spec that must have nothing wrong with it."""
    checked = check(spec, **more)
    assert checked.sound is not None, "\n".join(map(str, checked.diagnostics))
    return checked.sound


def node(graph: Graph, path: str):
    """Return the node of a path."""
    return next(node for node in graph.nodes if node.path == path)
