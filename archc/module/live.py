"""The live module: the emitted source, executed. The one place where archc imports torch to build.

What runs is what `emit` prints: `archc/module/executed.py` executes it.
"""

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from torch import nn

from archc.emit.emit import emit
from archc.graph.graph import Graph
from archc.module.executed import load
from archc.module.seeded import Seeded

if TYPE_CHECKING:
    from archc.weights.load import Weights

__all__ = ["compile_graph", "load"]

_networks: WeakKeyDictionary[Graph, Any] = WeakKeyDictionary()


def compile_graph(
    graph: Graph, seed: int | None = None, weights: "Weights | None" = None
) -> nn.Module:
    """Return a sound graph as an ordinary module, freshly initialised or with given weights.

    Any number of threads may do this at once.

    Args:
        graph: the network.
        seed: makes the weights reproducible, whatever else the process draws, and leaves torch's
            own generators as they are; None draws from them.
        weights: a checkpoint, or its tensors by key, that takes the place of the initialisation.

    Raises:
        CheckpointError: the weights cannot be read, or are not those of this network.
    """
    network = _network(graph)
    if weights is not None:
        from archc.weights.load import build_with  # most modules are built without

        return build_with(graph, weights, network)
    if seed is None:
        return _build(network)
    with Seeded(seed):
        return _build(network)


def _network(graph: Graph) -> Any:
    """Return the class of a graph, emitted once: that can cost as much as filling its weights.

    Threads that ask at once may emit it each for themselves, and get one class all the same.
    """
    network = _networks.get(graph)
    if network is None:
        emitted = emit(graph)
        network = _networks[graph] = getattr(load(emitted.source), emitted.class_name)
    return network


def _build(network: Any) -> nn.Module:
    module: nn.Module = network()
    return module
