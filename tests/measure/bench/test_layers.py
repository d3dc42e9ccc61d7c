"""Layers are run on values of their own shapes, out of memory that does not grow with the depth."""

import pytest
import torch
from graphs import network, shipped

from archc.measure.bench import layers
from archc.measure.bench.layers import layer_runs
from archc.module.live import compile_graph

CPU = torch.device("cpu")


@pytest.mark.parametrize("pool", [1, 2**25])
def test_every_layer_gives_its_shape_however_small_the_pool(pool, monkeypatch):
    monkeypatch.setattr(layers, "_POOL", pool)
    graph = shipped("googlenet")
    module = compile_graph(graph, 0).eval()
    with torch.inference_mode():
        for node, run in layer_runs(graph, module, 2, CPU).items():
            assert run().shape == (2, *node.shape), node.path


def test_the_values_of_many_layers_share_memory(monkeypatch):
    monkeypatch.setattr(layers, "_POOL", 1)
    made = []
    rand = torch.rand
    monkeypatch.setattr(torch, "rand", lambda *a, **k: made.append(rand(*a, **k)) or made[-1])
    graph = network({f"c{i}": {"conv": 4, "kernel": 1} for i in range(50)}, (4, 16, 16))
    layer_runs(graph, compile_graph(graph, 0), 3, CPU)
    assert [values.numel() for values in made] == [3 * 4 * 16 * 16] * 2


def test_what_is_overwritten_is_read_by_no_other_layer():
    graph = network({"a": {"conv": 4, "kernel": 1}, "b": "relu", "c": {"conv": 4, "kernel": 1}})
    module = compile_graph(graph, 0).eval()
    for layer in (module.a, module.c):
        torch.nn.init.ones_(layer.weight)
    with torch.inference_mode():
        runs = {node.path: run for node, run in layer_runs(graph, module, 1, CPU).items()}
        before = runs["c"]().clone()
        runs["b"]()
        assert torch.equal(runs["c"](), before)
