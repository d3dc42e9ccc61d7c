"""The network of a recipe as training uses it: its moving average, and its parallel form."""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn

from archc.module.live import compile_graph
from archc.recipe.model import Recipe
from archc.train.processes import Processes
from archc.train.sharding import shard


class Networks(NamedTuple):
    """A network in the forms that training needs.

    Args:
        model: the network.
        averaged: the moving average of its weights, if the recipe has `ema`.
        parallel: the network to call in training, which exchanges gradients between processes.
        sharded: whether each process holds only a part of the weights.
    """

    model: nn.Module
    averaged: AveragedModel | None
    parallel: nn.Module
    sharded: bool


def build_networks(recipe: Recipe, device: torch.device, processes: Processes) -> Networks:
    """Return the network of a recipe on a device, with the weights that its seed gives."""
    sharded = processes.world > 1 and recipe.parallel == "fsdp"
    model = _model(recipe, device)
    averaged = None if recipe.ema is None else _averaged(model, recipe.ema, sharded)
    if processes.world == 1:
        return Networks(model, averaged, model, sharded)
    if sharded:
        if averaged is not None:
            shard(averaged.module)
        return Networks(model, averaged, shard(model), sharded)
    devices = [device] if device.type == "cuda" else None
    return Networks(model, averaged, DistributedDataParallel(model, device_ids=devices), sharded)


def _model(recipe: Recipe, device: torch.device) -> nn.Module:
    model = compile_graph(recipe.graph, recipe.seed).to(device)
    if recipe.channels_last:
        model = model.to(memory_format=torch.channels_last)
    if recipe.compile:
        model.compile()
    return model


def _averaged(model: nn.Module, decay: float, sharded: bool) -> AveragedModel:
    if sharded:  # torch cannot average sharded weights and whole buffers in one call
        single = get_ema_avg_fn(decay)  # type: ignore[no-untyped-call]  # torch's is untyped
        return AveragedModel(model, avg_fn=single, use_buffers=True)
    multi = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]  # likewise
    return AveragedModel(model, multi_avg_fn=multi, use_buffers=True)
