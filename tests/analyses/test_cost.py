"""Totals, asserted by hand; each layer's share is held against torch in test_soundness."""

import pytest
from graphs import network, node, shipped

from archc.analyses.cost import Cost, cost

TOTALS = [
    # spec, parameters, MACs in evaluation, MACs in training
    ("lenet5", 44_426, 281_640, 281_640),
    ("vgg16", 138_357_544, 15_470_264_320, 15_470_264_320),
    ("resnet18", 11_689_512, 1_814_073_344, 1_814_073_344),
    ("resnet152", 60_192_808, 11_513_626_624, 11_513_626_624),
    ("googlenet", 13_004_888, 1_498_376_192, 1_506_748_416),
    ("notebook/lenet5", 44_426, None, None),
    ("notebook/vgg16", 134_301_514, None, None),
    ("notebook/resnet18", 11_181_642, None, None),
]


@pytest.mark.parametrize(("name", "parameters", "macs", "training"), TOTALS)
def test_totals(name, parameters, macs, training):
    costs = cost(shipped(name))
    assert costs.total.params == costs.total.trainable == parameters
    if macs is not None:
        assert (costs.total.macs, costs.macs_training) == (macs, training)


def test_a_convolution_costs_a_mac_per_weight_and_position():
    graph = network([{"conv": 6, "kernel": 5}], (1, 28, 28))
    # 6 kernels of 1 × 5 × 5 and 6 biases; 24 × 24 positions; biases are no MACs.
    assert cost(graph).total == Cost(156, 156, 0, 0, 6 * 25 * 24 * 24)


def test_groups_divide_weights_and_macs():
    graph = network([{"conv": 8, "kernel": 3, "groups": 4, "bias": False}], (8, 5, 5))
    assert cost(graph).total == Cost(8 * 2 * 9, 8 * 2 * 9, 0, 0, 8 * 2 * 9 * 9)


def test_norms_activations_pools_and_sums_cost_no_macs():
    layers = {"norm": "batch_norm", "act": "relu", "sum": {"add": ["norm", "act"]}}
    assert cost(network({**layers, "pool": {"max_pool": 2}})).total.macs == 0


def test_buffers_of_a_batch_norm():
    graph = network(["batch_norm"], (16, 4, 4))
    # Two float32 for each channel, and the int64 that counts batches.
    assert cost(graph).total == Cost(32, 32, 33, 2 * 16 * 4 + 8, 0)
    untracked = network([{"batch_norm": None, "track_running_stats": False}], (16, 4, 4))
    assert cost(untracked).total.buffers == 0


def test_heads_count_in_training_only():
    layers = {"body": {"conv": 4, "kernel": 1}, "flat": "flatten", "out": {"linear": 2}}
    head = {"from": "body", "layers": ["flatten", {"linear": 3}]}
    graph = network(layers, (1, 2, 2), auxiliary={"aux": head})
    costs = cost(graph)
    assert costs.total.macs == 4 * 4 + 16 * 2
    assert costs.macs_training == costs.total.macs + 16 * 3
    assert costs.total.params == 4 * 2 + 17 * 2 + 17 * 3
    assert costs.nodes[node(graph, "aux.1")].macs == 48
