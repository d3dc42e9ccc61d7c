"""What a spec must hold against torch: archc's verdict, shapes, keys, parameters, MACs, results."""

import re
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial
from typing import Any

import pytest
import torch
from floating import difference, floats_alike, lost_to_rounding
from interpreter import Interpreter, build, run
from optimising import carried, outputs, plain_module
from stricter import TOO_FEW, on_purpose
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from archc import passes
from archc.analyses.cost import cost
from archc.emit.emit import emit
from archc.graph.graph import Elaborated, Graph, Node
from archc.module.live import compile_graph
from archc.pipeline import check

BATCHES = (2, 1)
OPTIMISATIONS = (*passes.bundles(), *passes.names())


def holds(source: dict[str, Any], optimisation: str, pool: ThreadPoolExecutor) -> None:
    """Hold what archc says of a spec against torch; a sound one also after an optimisation."""
    checked = check(source)
    assert checked.network is not None
    if checked.sound is None:
        holds_for_a_refused(checked.network, {d.problem.code for d in checked.diagnostics.errors})
        return
    elsewhere = pool.submit(lambda: emit(check(source).sound))
    holds_for_a_sound(checked.sound, pool)
    assert emit(checked.sound).source == elsewhere.result().source
    holds_after(optimisation, checked.sound)


NO_VALUE = "AR304"
"""A formula in the channels of what is a vector has no value."""


def holds_for_a_refused(network: Elaborated, codes: set[str]) -> None:
    """Torch refuses each node that archc gives no shape, and gives the others that shape."""
    assert all(code.startswith("AR4") or code == NO_VALUE for code in codes), codes
    values = {network.input: sample(network)}
    for node in network.nodes:
        if any(read not in values for read in node.reads):
            continue  # it stands after a mistake
        reads = [values[read] for read in node.reads]
        if node.inferred is not None:
            values[node] = run(build(node, reads), reads)
            assert tuple(values[node].shape[1:]) == node.shape, node.path
        elif node.built is not None:  # its settings have values
            refused_by_torch(node, reads)


def refused_by_torch(node: Node, reads: list[torch.Tensor]) -> None:
    codes = {problem.code for problem in node.operator.check(node.operand)}
    try:
        result = run(build(node, reads), reads)
    except Exception:  # torch has no one way to refuse
        return
    assert on_purpose(node.operator.name, codes, result), node.path


def sample(graph: Graph | Elaborated, batch: int = 2) -> torch.Tensor:
    return torch.randn(batch, *graph.input.shape)


def holds_for_a_sound(graph: Graph, pool: ThreadPoolExecutor) -> None:
    """Torch runs it, with the same shapes, keys, parameters, MACs, values and gradients."""
    inputs = sample(graph)
    interpreter = Interpreter(graph, inputs)
    for node in graph.nodes:
        assert tuple(interpreter.values[node].shape[1:]) == node.shape, node.path

    module = compile_graph(graph)
    begins_as_asked(graph, module)
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

    evaluates_alike(graph, interpreter, module, pool)
    for batch in BATCHES:
        trains_alike(interpreter, module, sample(graph, batch))


def begins_as_asked(graph: Graph, module: nn.Module) -> None:
    """What `init` fills with known numbers holds them, whatever else fills other layers."""
    for node in graph.nodes:
        if node.init is None:
            continue
        layer = module.get_submodule(node.path)
        known = {"ones": 1, "zeros": 0}.get(node.init.scheme)
        known = dict(node.init.settings).get("val", known)
        if known is not None:
            assert torch.equal(layer.weight, torch.full_like(layer.weight, known)), node.path
        if getattr(layer, "bias", None) is not None:
            assert not layer.bias.any(), node.path


def evaluates_alike(
    graph: Graph, interpreter: Interpreter, module: nn.Module, pool: ThreadPoolExecutor
) -> None:
    """Of each batch the outputs are bit-equal, in a thread of a pool too, or torch refuses both."""
    batches = [sample(graph, batch) for batch in BATCHES]
    kept = [inputs.clone() for inputs in batches]
    together = [pool.submit(outputs, module, inputs) for inputs in batches]
    for inputs, before, elsewhere in zip(batches, kept, together, strict=True):
        try:
            expected = interpreter.evaluate(inputs)
        except ValueError:
            for evaluated in (elsewhere.result, partial(outputs, module, inputs)):
                with pytest.raises(ValueError, match=TOO_FEW):
                    evaluated()
            continue
        assert all(map(same, outputs(module, inputs), expected))
        assert all(map(same, elsewhere.result(), expected))
        with torch.no_grad():
            module(inputs)
        assert torch.equal(inputs, before), "the input was overwritten"


def trains_alike(interpreter: Interpreter, module: nn.Module, inputs: torch.Tensor) -> None:
    """Outputs, heads and gradients are bit-equal to those of a network without in-place work."""
    torch.manual_seed(1)
    try:
        expected = interpreter.train(inputs)
    except ValueError:
        with pytest.raises(ValueError, match=TOO_FEW):
            module.train()(inputs)
        return
    torch.manual_seed(1)
    found = module.train()(inputs)
    found = list(found) if isinstance(found, tuple) else [found]
    assert len(found) == len(expected)
    assert all(map(same, found, expected))

    state = module.state_dict()
    for key, tensor in interpreter.state_dict().items():
        assert same(state[key], tensor), key  # running statistics moved alike
    if any(result.requires_grad for result in expected):
        learns_alike(interpreter, module, expected, found)


def learns_alike(
    interpreter: Interpreter,
    module: nn.Module,
    expected: list[torch.Tensor],
    found: list[torch.Tensor],
) -> None:
    module.zero_grad()
    for layer in interpreter.parameters().values():
        layer.grad = None
    sum(result.square().sum() for result in expected if result.requires_grad).backward()
    sum(result.square().sum() for result in found if result.requires_grad).backward()
    parameters = dict(module.named_parameters())
    for key, parameter in interpreter.parameters().items():
        assert same(parameters[key].grad, parameter.grad), key


def same(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    """Bit-equal, not-a-numbers included."""
    if one is None or other is None:
        return one is other
    return torch.equal(one.isnan(), other.isnan()) and torch.equal(
        one.nan_to_num(), other.nan_to_num()
    )


def holds_after(optimisation: str, graph: Graph) -> None:
    """An optimised network gives the plain one's results but for what rounding alone can do."""
    plain = plain_module(graph)
    optimised = carried(passes.optimise(graph, optimisation), plain)
    exact = deepcopy(plain).double()
    for batch in BATCHES:
        inputs = sample(graph, batch)
        try:
            truth = outputs(exact, inputs.double())
        except ValueError as refusal:
            if not re.search(TOO_FEW, str(refusal)):
                raise
            continue
        if not floats_alike(truth):
            return
        found = outputs(optimised, inputs)
        bound = lost_to_rounding(exact, inputs.double(), truth)
        assert difference(truth, found) <= bound, f"{optimisation}, batch {batch}"
