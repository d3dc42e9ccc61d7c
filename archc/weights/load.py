"""A module built for weights that are there: nothing is drawn that would be overwritten."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from archc.analyses.fitting import Fit, fit
from archc.analyses.keys import state_keys
from archc.graph.graph import Graph
from archc.ops.base.operator import Shape
from archc.problems.shapes import shape_text
from archc.weights import direct
from archc.weights.checkpoint import read_checkpoint
from archc.weights.errors import CheckpointError
from archc.weights.opening import read_places
from archc.weights.pages import ask_for_large_pages
from archc.weights.stored import Stored
from archc.weights.uncollected import uncollected
from archc.weights.undrawn import undrawn

Weights = str | os.PathLike[str] | Mapping[str, Tensor]
"""A checkpoint's path, or its tensors by key."""

_SHOWN = 8


class _Source(NamedTuple):
    """Where weights come from, their shapes by key, and what puts them into a state."""

    name: object
    shapes: Mapping[str, Shape]
    put: Callable[[Mapping[str, Tensor]], None]


def build_with(graph: Graph, weights: Weights, network: Any) -> nn.Module:
    """Return the module of a sound graph with the tensors of a checkpoint in it.

    The tensors are copied, and become what the module's are in type; the module does not depend
    on the file afterwards.

    Args:
        graph: the network.
        weights: a checkpoint, or its tensors by key.
        network: the module's class; random numbers that it would draw are not drawn.

    Raises:
        CheckpointError: the checkpoint cannot be read, or its keys and shapes are not the graph's.
    """
    with uncollected():
        source = _source(graph, weights)
        found = fit(graph, source.shapes)
        if not found.whole:
            reason = _misfit(found)
            raise CheckpointError(source.name, reason, "`archc weights` shows it by layer")
        module = undrawn(network)
        state = module.state_dict()
        ask_for_large_pages(state.values())
        source.put(state)
    return module


def _source(graph: Graph, weights: Weights) -> _Source:
    if isinstance(weights, Mapping):
        return _Source("weights", _shapes(weights), partial(_copy, weights))
    path, keys = Path(weights), state_keys(graph)
    places = read_places(path, keys)
    if places is None:
        tensors = read_checkpoint(path, keys)
        return _Source(path, _shapes(tensors), partial(_copy, tensors))
    shapes = {key: one.shape for key, one in places.stored.items()}
    return _Source(path, shapes, partial(_read, path, places.stored, keys))


def _shapes(tensors: Mapping[str, Any]) -> dict[str, Shape]:
    for key, value in tensors.items():
        if not isinstance(value, Tensor):
            raise CheckpointError("weights", f"`{key}` is a {type(value).__name__}, not a tensor")
    return {key: tuple(tensor.shape) for key, tensor in tensors.items()}


def fill(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Copy tensors into the module's state of the same keys, all of which it must have."""
    _copy(tensors, module.state_dict())


def _copy(tensors: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> None:
    with torch.no_grad():
        for key, tensor in tensors.items():
            state[key].copy_(tensor)


def _read(
    path: Path,
    stored: Mapping[str, Stored],
    keys: Collection[str],
    state: Mapping[str, Tensor],
) -> None:
    """Read a file's tensors into a state, without a library where types are the same."""
    if direct.takes(stored, state):
        direct.read_into(path, stored, state)
    else:
        _copy(read_checkpoint(path, keys), state)


def _misfit(found: Fit) -> str:
    differences = [
        _listed("missing", found.missing),
        _listed("left over", found.left_over),
        _listed(
            "of another shape",
            [
                f"{key} ({shape_text(has) or 'scalar'}, not {shape_text(needs) or 'scalar'})"
                for key, (has, needs, _) in found.reshaped.items()
            ],
        ),
    ]
    return "it does not fit the network: " + ". ".join(filter(None, differences))


def _listed(what: str, names: Iterable[str]) -> str:
    every = list(names)
    if not every:
        return ""
    more = f" and {len(every) - _SHOWN:,} more" if len(every) > _SHOWN else ""
    return f"{len(every):,} {what}: {', '.join(every[:_SHOWN])}{more}"
