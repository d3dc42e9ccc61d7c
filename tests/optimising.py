"""What the tests of passes share: plain modules with trained-like state, and optimised ones."""

from typing import Any

import pytest
import torch
from torch import nn

from archc.emit.emit import emit
from archc.graph.graph import Graph
from archc.module.live import compile_graph, load
from archc.passes import optimise
from archc.passes.base.optimised import Optimised
from archc.weights.carry import carry
from archc.weights.undrawn import undrawn

EXACT = 1e-11  # in float64: rounding alone
BOUND = 1e-5  # in float32: what a pass may change at most


def everything_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rewrite convolutions of any size: the networks of most tests are small."""
    monkeypatch.setattr("archc.passes.pack_convolutions.WORTHWHILE", 0)
    monkeypatch.setattr("archc.passes.winograd.CHANNELS", 0)
    monkeypatch.setattr("archc.passes.winograd.TILES", 0)


def plain_module(graph: Graph) -> nn.Module:
    """A module in evaluation mode, whose batch norms are far from doing nothing."""
    torch.manual_seed(0)
    module = compile_graph(graph, seed=0).eval()
    for layer in module.modules():
        if not isinstance(layer, nn.modules.batchnorm._BatchNorm):
            continue
        for tensor in (layer.weight, layer.bias):
            if tensor is not None:
                nn.init.uniform_(tensor, 0.5, 1.5)
        if layer.running_mean is not None:
            nn.init.normal_(layer.running_mean, std=0.5)
            nn.init.uniform_(layer.running_var, 0.3, 2)
    return module


def carried(optimised: Optimised, module: nn.Module) -> nn.Module:
    """The optimised module with the weights of a plain one, in its type."""
    emitted = emit(optimised.graph)
    found = undrawn(getattr(load(emitted.source), emitted.class_name))
    found.to(next(iter(module.state_dict().values()), torch.empty(0)).dtype)
    found.load_state_dict(carry(optimised.mapping, module.state_dict()))
    return found.eval()


def prepared(graph: Graph, name: str) -> tuple[nn.Module, nn.Module]:
    """The plain module, and the one that a pass prepares kernels in, with the same weights."""
    plain = plain_module(graph)
    return plain, carried(optimise(graph, name), plain)


def prepared_layers(module: nn.Module) -> list[Any]:
    found: list[Any] = [m for m in module.modules() if hasattr(m, "_prepared")]
    assert found
    return found


def outputs(module: nn.Module, x: torch.Tensor) -> list[torch.Tensor]:
    with torch.inference_mode():
        given = module(x.clone())
    return list(given) if isinstance(given, tuple) else [given]
