"""A seed's weights are torch's for that seed, whatever other threads draw, and disturb none."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

import archc
from archc.language.initialisation import SCHEMES
from archc.module.seeded import Seeded

NET = "archc: 1\ninput: [3, 8, 8]\nlayers:\n  conv: {conv: 8, kernel: 3}\n  bn: batch_norm\n"
WITH = {
    "constant": "{constant: {val: 2}}",
    "sparse": "{sparse: {sparsity: 0.3}}",
    "trunc_normal": "{trunc_normal: {a: 0.5, b: 3}}",  # by the other of torch's two ways
}


def spec_of(scheme: str) -> str:
    flat = SCHEMES[scheme].maximum_rank == 2
    layer = "{linear: 6, init: INIT}" if flat else "{conv: 8, kernel: 3, init: INIT}"
    given = f"archc: 1\ninput: {[7] if flat else [8, 9, 9]}\nlayers:\n  one: {layer}\n"
    return given.replace("INIT", WITH.get(scheme, scheme))


def same(one: nn.Module, two: nn.Module) -> bool:
    first, second = one.state_dict(), two.state_dict()
    return all(torch.equal(first[key], second[key]) for key in first)


def in_turn(seed: int, build: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(seed)
    return build()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("seed", [0, 2**63, -1])
def test_every_initialisation_is_torchs_for_the_seed(scheme: str, seed: int) -> None:
    spec = spec_of(scheme)
    before = torch.random.get_rng_state()
    given = archc.compile(spec, seed=seed)
    assert torch.equal(before, torch.random.get_rng_state())
    assert same(given, in_turn(seed, lambda: archc.compile(spec)))


@pytest.mark.parametrize("name", ["lenet5", "resnet18"])
def test_a_whole_networks_weights_are_torchs_for_the_seed(name: str) -> None:
    arch = archc.load(f"specs/{name}.yaml", **({} if name == "lenet5" else {"classes": 2}))
    assert same(arch.compile(seed=3), in_turn(3, arch.compile))


DRAWS = {
    "in place": lambda: torch.empty(3).uniform_(),
    "normal": lambda: torch.empty(20).normal_(),
    "a new tensor": lambda: torch.randn(3),
    "like another": lambda: torch.rand_like(torch.ones(3)),
    "an order": lambda: torch.randperm(9),
    "numbers": lambda: torch.randint(5, (3,)),
    "yes or no": lambda: torch.bernoulli(torch.full((9,), 0.5)),
    "a choice": lambda: torch.multinomial(torch.ones(9), 4),
}


@pytest.mark.parametrize("name", DRAWS)
def test_whatever_draws_draws_from_the_seed(name: str) -> None:
    before = torch.random.get_rng_state()
    with Seeded(5):
        given = [DRAWS[name]() for _ in range(2)]
    assert torch.equal(before, torch.random.get_rng_state())
    torch.manual_seed(5)
    assert all(torch.equal(one, DRAWS[name]()) for one in given)


def test_a_generator_that_is_named_is_used() -> None:
    with Seeded(5):
        given = torch.rand(3, generator=torch.Generator().manual_seed(1))
    assert torch.equal(given, torch.rand(3, generator=torch.Generator().manual_seed(1)))


def test_devices_without_numbers() -> None:
    with torch.device("meta"):
        assert archc.compile(NET, seed=1).conv.weight.is_meta
    with FakeTensorMode():
        assert archc.compile(NET, seed=1).conv.weight.shape == (8, 3, 3, 3)


def test_threads_get_the_same_weights_and_change_nothing() -> None:
    """Eight threads build, one draws and one seeds: torch's generator is theirs alone."""
    expected = {seed: archc.compile(NET, seed=seed) for seed in range(4)}
    done = threading.Event()
    drawn = []

    def draw() -> None:
        while not done.is_set():
            torch.manual_seed(9)
            drawn.append(torch.equal(torch.rand(5), first))

    torch.manual_seed(9)
    first = torch.rand(5)
    with ThreadPoolExecutor(9) as pool:
        drawing = pool.submit(draw)
        seeds = [number % 4 for number in range(48)]
        built = list(pool.map(lambda seed: archc.compile(NET, seed=seed), seeds))
        done.set()
        drawing.result()
    assert all(drawn)
    assert all(same(one, expected[seed]) for one, seed in zip(built, seeds, strict=True))
    torch.manual_seed(9)
    torch.rand(5)
    assert torch.equal(torch.rand(2), in_order(9, 5, 2))


def in_order(seed: int, passed: int, number: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    torch.rand(passed, generator=generator)
    return torch.rand(number, generator=generator)


def test_threads_that_build_one_network_get_one_class() -> None:
    arch, start = archc.load(NET.replace("8, kernel", "5, kernel")), threading.Barrier(8)

    def build(_: int) -> nn.Module:
        start.wait()
        return arch.compile(seed=0)

    with ThreadPoolExecutor(8) as pool:
        assert len({type(one) for one in pool.map(build, range(8))}) == 1
