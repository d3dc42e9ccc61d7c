"""The keys of a graph are those of the compiled module's `state_dict`, in its order."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from random_specs import spec as random_spec

import archc
from archc.analyses.keys import state_keys
from archc.graph.graph import Graph
from archc.pipeline import check

SPECS = sorted(path for path in Path("specs").rglob("*.yaml") if "recipes" not in path.parts)


def holds(graph: Graph, module: torch.nn.Module) -> None:
    state, keys = module.state_dict(), state_keys(graph)
    assert list(keys) == list(state)
    trained = {name for name, _ in module.named_parameters()}
    for name, key in keys.items():
        assert key.shape == tuple(state[name].shape), name
        assert key.trained == (name in trained), name
        assert key.integer == (state[name].dtype == torch.int64), name
        assert name.rpartition(".")[0] == key.node.path


@pytest.mark.parametrize("path", SPECS, ids=[path.stem for path in SPECS])
def test_the_shipped_specs(path: Path) -> None:
    arch = archc.load(path)
    with torch.device("meta"):
        holds(arch.graph, arch.compile())


@settings(max_examples=60)
@given(random_spec())
def test_random_specs(spec: dict[str, object]) -> None:
    graph = check(spec).sound
    if graph is not None:
        holds(graph, archc.compile(spec))
