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

SHIPPED = {
    "lenet5": (1, 28, 28),
    "notebook/lenet5": (1, 28, 28),
    "resnet18": (3, 64, 64),
    "notebook/resnet18": (3, 64, 64),
    "cifar/resnet18": (3, 32, 32),
    "googlenet": (3, 64, 64),
}
"""Specs that ship, at a size that takes seconds. `resnet152` and `vgg16` are too large."""


def loaded(dynamic_batch, optimised=False, name="resnet18", shape=(3, 32, 32)):
    graph = check(str(SPECS / f"{name}.yaml"), input_shape=shape).sound
    module = compile_graph(graph, 0).eval()
    if optimised:
        module = optimised_module(graph, pt2.PASSES, 0)
        graph = optimise(graph, pt2.PASSES).graph
    data = pt2.encode(Request(graph, module, dynamic_batch))
    extra = {"archc": "", "spec": ""}
    program = torch.export.load(io.BytesIO(data), extra_files=extra)
    assert extra["spec"] in (graph.name.encode(), graph.name)
    return module, program.module()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", SHIPPED)
def test_specs_that_ship_give_the_modules_output_for_any_batch(name):
    module, program = loaded(True, name=name, shape=SHIPPED[name])
    for batch in (1, 3):
        x = torch.randn(batch, *SHIPPED[name])
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
