"""archc accepts what torch builds and runs, and nothing else; its numbers are torch's.

Random networks over all operators and all of the language, against torch itself.
"""

import os
from typing import Any

import hypothesis
import pytest
import torch
from hypothesis import given, note, settings
from interpreter import Interpreter, build, run
from random_specs import spec
from torch.utils.flop_counter import FlopCounterMode

from archc.analyses.cost import cost
from archc.backends.live import compile_graph
from archc.graph.graph import Graph, Node
from archc.pipeline import check

PARTS = 4  # so that the work can be shared between processes
GRAPHS = 2_000 if os.environ.get("CI") else 200

STRICTER = {
    ("linear", "AR401"),  # torch would take a map's last axis
    ("adaptive_avg_pool", "AR401"),  # torch would take [batch, features] for an unbatched map
    ("adaptive_max_pool", "AR401"),
    ("add", "AR405"),  # torch would broadcast
    ("multiply", "AR405"),
    ("layer_norm", "AR406"),  # torch is given sizes, not a number of axes
}


def sample(graph: Graph, batch: int = 2) -> torch.Tensor:
    assert graph.input.shape is not None
    return torch.randn(batch, *graph.input.shape)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_networks(part: int) -> None:
    @hypothesis.seed(part)
    @settings(max_examples=GRAPHS // PARTS)
    @given(spec())
    def hold(source: dict[str, Any]) -> None:
        checked = check(source)
        note("\n".join(map(str, checked.diagnostics)))
        assert checked.graph is not None
        torch.manual_seed(0)
        if checked.sound is None:
            holds_for_a_refused(checked.graph, {d.problem.code for d in checked.diagnostics.errors})
        else:
            holds_for_a_sound(checked.sound)

    hold()


def holds_for_a_refused(graph: Graph, codes: set[str]) -> None:
    """Torch refuses each node that archc gives no shape, and gives the others that shape."""
    assert all(code.startswith("AR4") for code in codes), codes
    values = {graph.input: sample(graph)}
    for node in graph.nodes:
        if any(read not in values for read in node.reads):
            continue  # it stands after a mistake
        reads = [values[read] for read in node.reads]
        if node.shape is not None:
            values[node] = run(build(node, reads), reads)
            assert tuple(values[node].shape[1:]) == node.shape, node.path
        elif not stricter(node):
            with pytest.raises(Exception):  # noqa: B017, PT011 - torch has no one way to refuse
                run(build(node, reads), reads)


def stricter(node: Node) -> bool:
    """Whether archc refuses this node on purpose, though torch might run it."""
    assert node.operator is not None
    found = list(node.operator.check(node.operand))
    name = node.operator.name
    # Of nothing but padding torch takes the maximum, −∞.
    blind = name == "max_pool" and any(problem.at == "dilation" for problem in found)
    return blind or any((name, problem.code) in STRICTER for problem in found)


def holds_for_a_sound(graph: Graph) -> None:
    """Torch runs it, with the same shapes, keys, parameters, MACs, values and gradients."""
    inputs = sample(graph)
    interpreter = Interpreter(graph, inputs)
    for node in graph.nodes:
        assert tuple(interpreter.values[node].shape[1:]) == node.shape, node.path

    module = compile_graph(graph)
    state = interpreter.state_dict()
    assert {k: v.shape for k, v in module.state_dict().items()} == {
        k: v.shape for k, v in state.items()
    }
    module.load_state_dict(state)
    assert cost(graph).total.params == sum(p.numel() for p in module.parameters())

    module.eval()
    with FlopCounterMode(display=False) as counter:
        module(inputs)
    assert cost(graph).total.macs * 2 * len(inputs) == counter.get_total_flops()

    kept = inputs.clone()
    results = module(inputs)
    assert torch.equal(inputs, kept), "the input was overwritten"
    results = results if isinstance(results, tuple) else (results,)
    for result, node in zip(results, graph.outputs.values(), strict=True):
        assert torch.equal(result, interpreter.values[node])

    trains_alike(graph, interpreter, module, inputs)


def trains_alike(
    graph: Graph, interpreter: Interpreter, module: torch.nn.Module, inputs: torch.Tensor
) -> None:
    """Outputs, heads and gradients are bit-equal to those of a network without in-place work."""
    torch.manual_seed(1)
    expected = interpreter.train(inputs)
    module.train()
    torch.manual_seed(1)
    found = module(inputs)
    found = list(found) if isinstance(found, tuple) else [found]
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one, other)

    state = module.state_dict()
    for key, tensor in interpreter.state_dict().items():
        assert same(state[key], tensor), key  # running statistics moved alike

    parameters = dict(module.named_parameters())
    if not any(result.requires_grad for result in expected):
        return
    sum(result.square().sum() for result in expected if result.requires_grad).backward()
    sum(result.square().sum() for result in found if result.requires_grad).backward()
    for key, parameter in interpreter.parameters().items():
        assert same(parameters[key].grad, parameter.grad), key


def same(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    """Bit-equal, not-a-numbers included."""
    if one is None or other is None:
        return one is other
    return torch.equal(one.nan_to_num(), other.nan_to_num())
