"""The main generators of torch: what dropout draws from, kept so that a run goes on exactly."""

import hashlib

import torch
from torch import Tensor


def seed_generators(seed: int, rank: int) -> None:
    """Seed the main generators of one process; those of the others differ.

    The weights and the order of the data do not draw from them.
    """
    digest = hashlib.blake2b(f"{seed} {rank}".encode(), digest_size=8).digest()
    torch.manual_seed(int.from_bytes(digest, "big") >> 1)


def generators(device: torch.device) -> dict[str, Tensor]:
    """Return the states of the generators that a network on `device` draws from."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    return states


def restore(states: dict[str, Tensor], device: torch.device) -> None:
    """Put the generators back to where `generators` saw them."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
