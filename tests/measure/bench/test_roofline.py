"""Operations and bytes by hand, and which limit binds."""

import pytest
import torch
from graphs import network, node, shipped
from torch.utils.flop_counter import FlopCounterMode

from archc.analyses.summary import report
from archc.measure.bench.machine import Limits
from archc.measure.bench.roofline import Work, work
from archc.measure.bench.timing import Spread
from archc.module.live import compile_graph


def test_operations_and_bytes_of_a_small_network_by_hand():
    graph = network(
        {
            "conv": {"conv": 5, "kernel": 3, "bias": False},
            "bn": "batch_norm",
            "sum": {"add": ["bn", "conv"]},
            "flat": "flatten",
            "fc": {"linear": 7},
        },
        (2, 6, 6),
    )
    found = {one.path: done for one, done in work(graph, 3).items()}
    value = 3 * 5 * 4 * 4  # three samples of what the convolution gives
    weights = 5 * 2 * 3 * 3
    assert found["conv"] == (2 * 3 * weights * 16, 4 * (3 * 2 * 6 * 6 + value + weights))
    assert found["bn"] == (0, 4 * (2 * value + 4 * 5))
    assert found["sum"] == (0, 4 * 3 * value)
    assert found["flat"] == (0, 0)
    assert found["fc"] == (2 * 3 * 80 * 7, 4 * (3 * 80 + 3 * 7 + 80 * 7 + 7))


def test_grouped_and_transposed_convolutions_and_pools_by_hand():
    graph = network(
        {
            "depthwise": {"conv": 4, "kernel": 3, "padding": 1, "groups": 4, "bias": False},
            "up": {"conv_transpose": 6, "kernel": 2, "stride": 2},
            "pool": {"max_pool": 2},
        },
        (4, 8, 8),
    )
    found = {one.path: done for one, done in work(graph, 1).items()}
    small, large = 8 * 8, 16 * 16
    assert found["depthwise"] == (2 * 4 * 9 * small, 4 * (2 * 4 * small + 4 * 9))
    assert found["up"] == (2 * 4 * 6 * 4 * small, 4 * (4 * small + 6 * large + 4 * 6 * 4 + 6))
    assert found["pool"] == (0, 4 * 6 * (large + small))


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "googlenet"])
def test_operations_are_those_that_torch_counts(name):
    graph = shipped(name)
    module = compile_graph(graph, 0).eval()
    with FlopCounterMode(display=False) as counter:
        module(torch.zeros(2, *graph.input.shape))
    assert sum(one.flops for one in work(graph, 2).values()) == counter.get_total_flops()


@pytest.mark.parametrize("name", ["resnet18", "googlenet"])
def test_operations_are_twice_the_summarys_macs(name):
    graph = shipped(name)
    assert sum(one.flops for one in work(graph, 4).values()) == 8 * report(graph).totals.macs


def test_heads_are_no_part_of_evaluation():
    graph = shipped("googlenet")
    assert node(graph, "aux1.fc2") not in work(graph, 1)


def test_the_slower_limit_binds():
    limits = Limits(Spread(100, 90, 110), Spread(10, 9, 11))
    assert limits.ridge == 10
    assert Work(1000, 10).bound(limits) == ("compute", 10)
    assert Work(10, 10).bound(limits) == ("memory", 1)
    assert Work(0, 0).bound(limits) == ("none", 0)
