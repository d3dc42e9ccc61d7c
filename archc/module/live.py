"""The live module: the emitted source, executed. The one place where archc imports torch to build.

What runs is what `emit` prints: the source stands in `linecache`, so that tracebacks and
`inspect.getsource` show its lines, and instances carry it with them when they are pickled, so
that a process that has never seen the spec can load them.
"""

import copyreg
import hashlib
import linecache
import sys
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch
from torch import nn

from archc.emit.emit import emit
from archc.graph.graph import Graph

if TYPE_CHECKING:
    from archc.weights.load import Weights

_networks: WeakKeyDictionary[Graph, type] = WeakKeyDictionary()


def compile_graph(
    graph: Graph, seed: int | None = None, weights: "Weights | None" = None
) -> nn.Module:
    """Return a sound graph as an ordinary module, freshly initialised or with given weights.

    Args:
        graph: the network.
        seed: makes the weights reproducible and leaves torch's own generators as they are; None
            draws from them.
        weights: a checkpoint, or its tensors by key, that takes the place of the initialisation.

    Raises:
        CheckpointError: the weights cannot be read, or are not those of this network.
    """
    network = _network(graph)
    if weights is not None:
        from archc.weights.load import build_with  # most modules are built without

        return build_with(graph, weights, partial(_build, network))
    if seed is None:
        return _build(network)
    # Not torch.manual_seed: before CUDA is initialised, it would replace the seed queued for it.
    used: bool = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    with torch.random.fork_rng(range(torch.cuda.device_count()) if used else ()):
        torch.default_generator.manual_seed(seed)
        if used:
            torch.cuda.manual_seed_all(seed)
        return _build(network)


def _network(graph: Graph) -> type:
    """Return the class of a graph, emitted once: that can cost as much as filling its weights."""
    if graph not in _networks:
        emitted = emit(graph)
        _networks[graph] = getattr(load(emitted.source), emitted.class_name)
    return _networks[graph]


def _build(network: Any) -> nn.Module:
    module: nn.Module = network()
    return module


def load(source: str) -> ModuleType:
    """Return the module that `source` defines; the same source gives the same module."""
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    name = f"archc_compiled_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    module = ModuleType(name)
    module.__file__ = f"<archc {digest}>"
    lines = source.splitlines(keepends=True)
    linecache.cache[module.__file__] = (len(source), None, lines, module.__file__)
    # Only text that the emitter wrote is executed: identifiers and literals that were checked.
    exec(compile(source, module.__file__, "exec"), vars(module))
    sys.modules[name] = module
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__module__ == name:
            _make_portable(value, source)
    return module


def _make_portable(defined: type, source: str) -> None:
    """Let instances be pickled and copied with the source that they need."""
    name = defined.__name__
    if issubclass(defined, tuple):
        copyreg.pickle(defined, lambda values: (_new_tuple, (source, name, tuple(values))))
        return
    copyreg.pickle(defined, lambda instance: (_new, (source, name), instance.__getstate__()))


def _new(source: str, name: str) -> Any:
    """Return an instance of a class of `source`, its state still to be set."""
    defined = getattr(load(source), name)
    return defined.__new__(defined)


def _new_tuple(source: str, name: str, values: tuple[Any, ...]) -> Any:
    return getattr(load(source), name)(*values)
