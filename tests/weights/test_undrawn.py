"""What is built for weights draws none, whatever the spec's initialisation would do."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

import archc
from archc.weights.uncollected import uncollected

SPEC = "archc: 1\ninput: [3]\ninit: INIT\nlayers: {fc: {linear: 4}}\n"
INITS = [
    "orthogonal",
    "{sparse: {sparsity: 0.5}}",
    "{trunc_normal: {a: -1, b: 1}}",
    "{trunc_normal: {a: 0.5, b: 3}}",
    "kaiming_normal",
    "xavier_uniform",
    "eye",
]


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("optimize", [None, "inference"])
def test_no_initialisation_draws_or_waits_for_draws(init: str, optimize: str | None) -> None:
    """A truncated normal draws again until all numbers lie between its bounds."""
    arch = archc.load(SPEC.replace("INIT", init))
    state = {"fc.weight": torch.full((4, 3), 9.0), "fc.bias": torch.ones(4)}
    before = torch.random.get_rng_state()
    module = arch.compile(weights=state, optimize=optimize)
    assert torch.equal(before, torch.random.get_rng_state())
    assert torch.equal(module.fc.weight, state["fc.weight"])
    assert module.apply(lambda one: None) is module  # torch's own, as in any module
    assert "apply" not in vars(module)


@pytest.mark.parametrize("was_on", [True, False])
def test_the_search_for_garbage_is_as_it_was_after_many_threads(was_on: bool) -> None:
    inside, leave = threading.Barrier(3), threading.Event()

    def stay(last: bool) -> None:
        with uncollected():
            inside.wait()
            assert not gc.isenabled()
            if last:
                leave.wait()

    if not was_on:
        gc.disable()
    try:
        with ThreadPoolExecutor(2) as pool:
            first, last = pool.submit(stay, False), pool.submit(stay, True)
            inside.wait()
            first.result()
            assert not gc.isenabled()
            leave.set()
            last.result()
        assert gc.isenabled() is was_on
    finally:
        gc.enable()


def test_files_are_read_by_many_threads_at_once(tmp_path: Path) -> None:
    arch = archc.load("archc: 1\ninput: [3]\nlayers: {fc: {linear: 4}, bn: batch_norm}\n")
    state = arch.compile(seed=3).state_dict()
    for new in (True, False):
        torch.save(state, tmp_path / f"{new}", _use_new_zipfile_serialization=new)
    paths = [tmp_path / f"{number % 2 == 0}" for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        built = pool.map(lambda path: arch.compile(weights=path).state_dict(), paths)
    assert all(torch.equal(one[key], state[key]) for one in built for key in state)
