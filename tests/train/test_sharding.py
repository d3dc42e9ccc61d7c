"""Weights that two processes hold in parts are stepped as whole ones are, by every optimizer."""

import socket

import pytest
from divided import differences
from runs import SERVER

from archc.recipe.doors import OPTIMIZERS

UNDIVIDED = {kind.name for kind in OPTIMIZERS if kind.undivided}
LIMITS = {
    name: 3e-3 if name == "muon" else 1e-5 for name in OPTIMIZERS.names()
}  # muon is in bfloat16


@pytest.fixture(scope="module")
def found():
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    results = SERVER.SimpleQueue()
    both = [SERVER.Process(target=differences, args=(rank, port, results)) for rank in (0, 1)]
    for each in both:
        each.start()
    for each in both:
        each.join(120)
        assert each.exitcode == 0
    everything = {}
    while not results.empty():
        name, difference = results.get()
        everything[name] = difference
    return everything


@pytest.mark.parametrize("name", sorted(set(OPTIMIZERS.names()) - UNDIVIDED))
def test_divided_weights_are_stepped_as_whole_ones(found, name):
    assert found[name] < LIMITS[name]


@pytest.mark.parametrize("name", sorted(UNDIVIDED))
def test_an_optimizer_that_is_refused_with_fsdp_would_fail_or_step_otherwise(found, name):
    assert isinstance(found[name], str) or found[name] > LIMITS[name]
