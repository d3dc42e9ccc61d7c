"""FSDP2: weights that are divided among the processes, and their whole state.

Source: https://pytorch.org/docs/stable/distributed.fsdp.fully_shard.html and
https://pytorch.org/docs/stable/distributed.checkpoint.html
"""

from typing import Any

from torch import nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)
from torch.distributed.fsdp import fully_shard
from torch.optim import Optimizer

_WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)


def shard(model: nn.Module) -> nn.Module:
    """Divide the weights of `model` among the processes, child by child."""
    for child in model.children():
        if any(True for _ in child.parameters()):
            fully_shard(child)
    # By default the outermost module stays whole after a forward pass without a backward pass.
    fully_shard(model, reshard_after_forward=True)
    return model


def full_state(model: nn.Module) -> dict[str, Any]:
    """Return the whole state on CPU, in the first process; every process must call this."""
    state: dict[str, Any] = get_model_state_dict(model, options=_WHOLE)
    return state


def full_optimizer_state(model: nn.Module, optimizer: Optimizer) -> dict[str, Any]:
    """Return the optimizer's whole state on CPU, likewise."""
    return dict(get_optimizer_state_dict(model, optimizer, options=_WHOLE))


def load_full_state(model: nn.Module, state: dict[str, Any]) -> None:
    """Load this process's part of a whole state."""
    set_model_state_dict(model, state, options=StateDictOptions(full_state_dict=True))


def load_full_optimizer_state(
    model: nn.Module, optimizer: Optimizer, state: dict[str, Any]
) -> None:
    """Load this process's part of the optimizer's whole state."""
    options = StateDictOptions(full_state_dict=True)
    set_optimizer_state_dict(model, optimizer, state, options=options)
