"""Weights as safetensors are the state, key by key."""

import safetensors.torch
import torch
from graphs import shipped

from archc.backends.export import safetensors as written
from archc.backends.export.base.request import Request
from archc.backends.live import compile_graph


def test_the_state_is_read_back_and_the_bytes_are_the_same_each_time():
    graph = shipped("googlenet")
    module = compile_graph(graph, 0)
    data = written.encode(Request(graph, module))
    state, found = module.state_dict(), safetensors.torch.load(data)
    assert set(found) == set(state)
    assert all(torch.equal(found[key], state[key]) for key in state)
    assert data == written.encode(Request(graph, module))
