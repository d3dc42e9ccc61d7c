"""Each optimizer's steps with weights that two processes hold in parts, beside whole ones."""

import copy
import os

import torch
from torch import distributed, nn

from archc.recipe.doors import OPTIMIZERS
from archc.train.sharding import full_state, shard

STEPS = 3


def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 5, bias=False), nn.ReLU(), nn.Linear(5, 4, bias=False))


def learn(network, name):
    optimizer = OPTIMIZERS.find(name)(lr=0.05).build(network.parameters())
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
    for name in OPTIMIZERS.names():
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
