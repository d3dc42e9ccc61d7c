"""Weights that two processes hold in parts are stepped as whole ones are, by every optimizer."""

import copy
import multiprocessing
import os
import socket

import pytest
import torch
from torch import distributed, nn

from archc.train.recipe.optimizers import OPTIMIZERS
from archc.train.sharding import full_state, shard

STEPS = 3
UNDIVIDED = {name for name, entry in OPTIMIZERS.items() if entry.undivided}
LIMITS = {name: 3e-3 if name == "muon" else 1e-5 for name in OPTIMIZERS}  # muon is in bfloat16


def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 5, bias=False), nn.ReLU(), nn.Linear(5, 4, bias=False))


def learn(network, name):
    optimizer = getattr(torch.optim, OPTIMIZERS[name].torch_name)(network.parameters(), lr=0.05)
    for seed in range(STEPS):
        images = torch.randn(8, 6, generator=torch.Generator().manual_seed(seed))
        network(images).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()


def differences(rank, port, told):
    """Tell by how much each optimizer's divided weights end elsewhere; what it raises."""
    torch.set_num_threads(1)
    os.environ.update(MASTER_ADDR="localhost", MASTER_PORT=str(port))
    distributed.init_process_group("gloo", rank=rank, world_size=2)
    for name in OPTIMIZERS:
        whole = model()
        divided = shard(copy.deepcopy(whole))
        learn(whole, name)
        try:
            learn(divided, name)
        except RuntimeError as error:
            told.put((name, str(error)))
            continue
        state = full_state(divided)
        if rank == 0:
            pairs = ((state[key], value) for key, value in whole.state_dict().items())
            told.put((name, max(float((one - other).abs().max()) for one, other in pairs)))
    distributed.destroy_process_group()


@pytest.fixture(scope="module")
def found():
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    fork = multiprocessing.get_context("fork")
    told = fork.SimpleQueue()
    both = [fork.Process(target=differences, args=(rank, port, told)) for rank in (0, 1)]
    for each in both:
        each.start()
    for each in both:
        each.join(120)
        assert each.exitcode == 0
    everything = {}
    while not told.empty():
        name, difference = told.get()
        everything[name] = difference
    return everything


@pytest.mark.parametrize("name", sorted(OPTIMIZERS.keys() - UNDIVIDED))
def test_divided_weights_are_stepped_as_whole_ones(found, name):
    assert found[name] < LIMITS[name]


@pytest.mark.parametrize("name", sorted(UNDIVIDED))
def test_an_optimizer_that_is_refused_with_fsdp_would_fail_or_step_otherwise(found, name):
    assert isinstance(found[name], str) or found[name] > LIMITS[name]
