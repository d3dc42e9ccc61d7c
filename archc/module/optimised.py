"""The module of an optimised network, made from the plain network's weights."""

from collections.abc import Sequence

from torch import nn

from archc.emit.emit import emit
from archc.graph.graph import Graph
from archc.module.live import compile_graph, load
from archc.passes import optimise
from archc.weights.carry import carry
from archc.weights.load import Weights, fill
from archc.weights.undrawn import undrawn


def optimised_module(
    graph: Graph,
    what: str | Sequence[str],
    seed: int | None = None,
    weights: "Weights | None" = None,
) -> nn.Module:
    """Return a sound graph as a module that is optimised, in evaluation mode.

    It computes what the plain module does in evaluation, and is not for training: what training
    needs (dropout, batch statistics, heads) may have been taken out.

    Args:
        graph: the plain network.
        what: the name of a bundle of passes or of one pass, or several in order.
        seed: as of `compile_graph`; fresh weights are the plain network's, carried over.
        weights: a checkpoint of the plain network, or its tensors by key.

    Raises:
        ValueError: there is no optimisation of that name.
        CheckpointError: the weights cannot be read, or are not those of the plain network.
    """
    optimised = optimise(graph, what)
    state = compile_graph(graph, seed, weights).state_dict()
    emitted = emit(optimised.graph)
    module = undrawn(getattr(load(emitted.source), emitted.class_name))
    fill(module, carry(optimised.mapping, state))
    return module.eval()
