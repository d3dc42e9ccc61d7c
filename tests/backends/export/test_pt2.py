"""Exported programs load back and give what the module gives, bit for bit."""

import io

import pytest
import torch
from graphs import SPECS

from archc.backends.export import pt2
from archc.backends.export.base.request import Request
from archc.backends.live import compile_graph
from archc.backends.weights.optimised import optimised_module
from archc.passes import optimise
from archc.pipeline import check


def loaded(dynamic_batch, optimised=False):
    graph = check(str(SPECS / "resnet18.yaml"), {"classes": 10}, input_shape=(3, 32, 32)).sound
    module = compile_graph(graph, 0).eval()
    if optimised:
        module = optimised_module(graph, pt2.PASSES, 0)
        graph = optimise(graph, pt2.PASSES).graph
    data = pt2.encode(Request(graph, module, dynamic_batch))
    extra = {"archc": "", "spec": ""}
    program = torch.export.load(io.BytesIO(data), extra_files=extra)
    assert extra["spec"] in (b"resnet18", "resnet18")
    return module, program.module()


@pytest.mark.filterwarnings("ignore")
def test_any_batch_gives_the_modules_output():
    module, program = loaded(True)
    for batch in (1, 3):
        x = torch.randn(batch, 3, 32, 32)
        with torch.no_grad():
            assert torch.equal(program(x), module(x))


@pytest.mark.filterwarnings("ignore")
def test_without_a_dynamic_batch_one_sample_is_taken():
    module, program = loaded(False)
    x = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(program(x), module(x))
    with pytest.raises(AssertionError):
        program(torch.randn(2, 3, 32, 32))


def test_an_optimised_network_is_saved_as_it_is():
    module, program = loaded(False, optimised=True)
    x = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(program(x), module(x))
