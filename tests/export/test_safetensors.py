"""Weights as safetensors are the state, key by key."""

import pytest
import safetensors.torch
import torch
from graphs import shipped_names, small

from archc.export import safetensors as written
from archc.export.base.request import Request
from archc.module.live import compile_graph


@pytest.mark.parametrize("name", shipped_names("lenet5", "cifar/resnet18", "googlenet"))
def test_the_state_of_specs_that_ship_is_read_back(name):
    graph = small(name)
    module = compile_graph(graph, 0)
    state = module.state_dict()
    found = safetensors.torch.load(written.encode(Request(graph, module)))
    assert set(found) == set(state)
    assert all(torch.equal(found[key], state[key]) for key in state)


def test_the_bytes_are_the_same_each_time():
    graph = small("googlenet")
    request = Request(graph, compile_graph(graph, 0))
    assert written.encode(request) == written.encode(request)
