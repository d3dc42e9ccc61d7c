"""A measurement's numbers are sane, and its JSON has what its page says."""

import json

import pytest
import torch
from graphs import network, shipped, small

from archc.measure.bench import machine, measuring
from archc.measure.bench.measuring import BenchError, Conditions, measured
from archc.measure.bench.rival import RivalError, rival
from archc.module.live import compile_graph
from archc.module.optimised import optimised_module
from archc.passes import optimise
from archc.report.benchmark import text, to_json

CPU = torch.device("cpu")
SPREAD = {"median", "low", "high"}


@pytest.fixture(autouse=True)
def _brief(monkeypatch):
    measure = machine.measure
    monkeypatch.setattr(measuring, "_SECONDS", 0.02)
    monkeypatch.setattr(measuring, "measure", lambda device: measure(device, 0.05))


def test_no_more_is_achieved_than_the_peak():
    graph = shipped("resnet18")
    module = compile_graph(graph, 0)
    found = measured(graph, module, module, Conditions(1, CPU))
    assert 0 < found.rate.median <= 1.2 * found.limits.flops.high
    assert found.flops == 2 * 1_814_073_344


def test_the_json_has_all_that_is_documented():
    graph = network({"a": {"conv": 4, "kernel": 3}, "b": "relu", "c": {"add": ["a", "b"]}})
    module = compile_graph(graph, 0)
    found = json.loads(
        json.dumps(to_json(measured(graph, module, module, Conditions(2, CPU, layers=True))))
    )
    assert set(found) == {
        "version", "batch", "device", "train", "optimized", "seconds", "flops",
        "flops_per_second", "fraction_of_peak", "machine", "vs", "layers",
    }  # fmt: skip
    assert (found["batch"], found["device"], found["train"]) == (2, "cpu", False)
    assert set(found["machine"]) == {"flops_per_second", "bytes_per_second", "ridge", "threads"}
    for spread in (found["seconds"], found["flops_per_second"], found["fraction_of_peak"]):
        assert set(spread) == SPREAD
    assert found["vs"] is None
    assert [one["name"] for one in found["layers"]] == ["a", "b", "c"]
    assert set(found["layers"][0]) == {
        "name", "op", "seconds", "flops", "bytes", "limit", "least_seconds"
    }  # fmt: skip


def test_every_kind_of_layer_is_timed_alone_and_heads_are_not():
    graph = small("googlenet")
    module = compile_graph(graph, 0)
    found = measured(graph, module, module, Conditions(1, CPU, layers=True))
    assert [one.path for one in found.layers] == [
        one.path for one in graph.nodes if one not in graph.auxiliary
    ]
    assert all(one.seconds.median > 0 for one in found.layers)
    assert "inception4a.join" in text(found) or "concat" in text(found)


def test_training_counts_three_times_the_products_of_a_forward_pass_with_heads():
    graph = shipped("lenet5")
    module = compile_graph(graph, 0)
    found = measured(graph, module, module, Conditions(2, CPU, train=True))
    evaluated = measured(graph, module, module, Conditions(2, CPU))
    assert found.flops == 3 * evaluated.flops
    assert all(one.grad is not None for one in module.parameters())


def test_heads_learn_too():
    graph = network(
        {"a": {"conv": 4, "kernel": 3}, "b": {"conv": 4, "kernel": 1}},
        auxiliary={"head": {"from": "a", "conv": 2, "kernel": 1}},
    )
    module = compile_graph(graph, 0)
    measured(graph, module, module, Conditions(1, CPU, train=True))
    assert module.head.weight.grad is not None


def test_a_rival_has_the_same_weights_where_the_keys_are_the_same():
    graph = small("resnet18")
    module = compile_graph(graph, 0)
    other, same = rival("torchvision:resnet18", module, torch.rand(1, 3, 64, 64))
    assert same
    assert torch.equal(other.fc.weight, module.fc.weight)
    found = measured(graph, module, module, Conditions(1, CPU, vs="torchvision:resnet18"))
    assert found.same_weights
    assert found.ratio is not None
    assert "times as fast as torchvision:resnet18, the same weights" in text(found)
    assert to_json(found)["vs"]["model"] == "torchvision:resnet18"


def test_an_optimised_network_is_measured_as_what_it_became():
    graph = small("resnet18")
    optimised = optimise(graph, "inference").graph
    module = optimised_module(graph, "inference", 0)
    found = measured(optimised, compile_graph(graph, 0), module, Conditions(1, CPU, layers=True))
    assert not any(one.op == "batch_norm" for one in found.layers)


def test_a_model_that_is_not_there_is_reported_with_a_near_one():
    with pytest.raises(RivalError, match="did you mean torchvision:resnet18"):
        rival("torchvision:resnet118", torch.nn.Identity(), torch.rand(1, 3, 64, 64))
    with pytest.raises(RivalError, match="is not torchvision:NAME"):
        rival("resnet18", torch.nn.Identity(), torch.rand(1, 3, 64, 64))


def test_what_torch_cannot_run_is_reported():
    graph = network({"a": {"adaptive_avg_pool": 1}, "b": "batch_norm"}, (3, 4, 4))
    module = compile_graph(graph, 0)
    with pytest.raises(BenchError, match="a batch of 1: Expected more than 1 value per channel"):
        measured(graph, module, module, Conditions(1, CPU, train=True))


def test_a_model_with_another_input_is_reported():
    with pytest.raises(RivalError, match="resnet18 does not take the input 1×28×28"):
        rival("torchvision:resnet18", torch.nn.Identity(), torch.rand(1, 1, 28, 28))
