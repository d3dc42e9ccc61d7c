"""The state of torch's main generators, which dropout draws from; a run saves and restores it."""

import hashlib

import torch
from torch import Tensor


def seed_generators(seed: int, rank: int) -> None:
    """Seed the main generators of one process, differently from those of the other processes.

    The weights and the order of the data do not draw from them.
    """
    digest = hashlib.blake2b(f"{seed} {rank}".encode(), digest_size=8).digest()
    torch.manual_seed(int.from_bytes(digest, "big") >> 1)


def generator_states(device: torch.device) -> dict[str, Tensor]:
    """Return the states of the generators that a network on `device` draws from."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    return states


def restore_generators(states: dict[str, Tensor], device: torch.device) -> None:
    """Restore the states that `generator_states` returned."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
