"""A module built for weights that are there: nothing is drawn that would be overwritten."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from archc.analyses.fitting import Fit, fit
from archc.analyses.keys import state_keys
from archc.backends.weights.checkpoint import read_checkpoint
from archc.backends.weights.errors import CheckpointError
from archc.graph.graph import Graph
from archc.problems.shapes import shape_text

Weights = str | os.PathLike[str] | Mapping[str, Tensor]
"""A checkpoint's path, or its tensors by key."""

_SHOWN = 8
_DRAWS = {
    nn.init.uniform_,
    nn.init.normal_,
    nn.init.trunc_normal_,
    nn.init.kaiming_uniform_,
    Tensor.uniform_,
    Tensor.normal_,
    Tensor.erfinv_,
}


class Undrawn(TorchFunctionMode):
    """Inside it, what fills a tensor with random numbers leaves it as it was allocated.

    Only draws are left out. Constants cost next to nothing, and keep what a checkpoint may lack
    (a batch norm's count of batches) right.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the tensor itself for a draw, and the function's result for all else."""
        if func in _DRAWS:
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


def build_with(graph: Graph, weights: Weights, build: Callable[[], nn.Module]) -> nn.Module:
    """Return the module of a sound graph with the tensors of a checkpoint in it.

    The tensors are copied, and become what the module's are in type; the module does not depend
    on the file afterwards.

    Args:
        graph: the network.
        weights: a checkpoint, or its tensors by key.
        build: makes the module; random numbers that it would draw are not drawn.

    Raises:
        CheckpointError: the checkpoint cannot be read, or its keys and shapes are not the graph's.
    """
    source, tensors = _tensors(graph, weights)
    found = fit(graph, {key: tuple(tensor.shape) for key, tensor in tensors.items()})
    if not found.whole:
        raise CheckpointError(source, _misfit(found), "`archc weights` shows it by layer")
    with Undrawn():
        module = build()
    fill(module, tensors)
    return module


def fill(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Copy tensors into the module's state of the same keys, all of which it must have."""
    state = module.state_dict()
    with torch.no_grad():
        for key, tensor in tensors.items():
            state[key].copy_(tensor)


def _tensors(graph: Graph, weights: Weights) -> tuple[object, Mapping[str, Tensor]]:
    if not isinstance(weights, Mapping):
        return weights, read_checkpoint(weights, state_keys(graph))
    for key, value in weights.items():
        if not isinstance(value, Tensor):
            raise CheckpointError("weights", f"`{key}` is a {type(value).__name__}, not a tensor")
    return "weights", weights


def _misfit(found: Fit) -> str:
    told = [
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
    return "it does not fit the network: " + ". ".join(filter(None, told))


def _listed(what: str, names: Iterable[str]) -> str:
    every = list(names)
    if not every:
        return ""
    more = f" and {len(every) - _SHOWN:,} more" if len(every) > _SHOWN else ""
    return f"{len(every):,} {what}: {', '.join(every[:_SHOWN])}{more}"
