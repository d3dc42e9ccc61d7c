"""The live module is the emitted source, executed."""

import inspect
import traceback

import pytest
import torch

import archc
from archc.module.live import load

SPEC = """
archc: 1
name: tiny
input: [3, 8, 8]
layers:
  conv: {conv: 4, kernel: 3}
  relu: relu
"""


def test_the_same_source_is_the_same_module() -> None:
    source = archc.load(SPEC).source()
    assert load(source) is load(source)


def test_getsource_shows_the_emitted_lines() -> None:
    module = archc.compile(SPEC)
    assert inspect.getsource(type(module)).startswith("class Tiny(nn.Module):")
    assert inspect.getsource(type(module)) in archc.load(SPEC).source()


def test_tracebacks_show_the_emitted_lines() -> None:
    module = archc.compile(SPEC)
    with pytest.raises(RuntimeError) as raised:
        module(torch.zeros(1, 5, 8, 8))
    shown = "".join(traceback.format_exception(raised.value))
    assert "x = self.conv(x)  # 4×6×6" in shown


def test_a_seed_reproduces_the_weights_and_leaves_the_generator_alone() -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one, two = archc.compile(SPEC, seed=1), archc.compile(SPEC, seed=1)
    other = archc.compile(SPEC, seed=2)
    assert torch.equal(before, torch.random.get_rng_state())
    assert torch.equal(one.conv.weight, two.conv.weight)
    assert not torch.equal(one.conv.weight, other.conv.weight)


def test_without_a_seed_the_weights_are_torchs_next_draws() -> None:
    torch.manual_seed(5)
    module = archc.compile(SPEC)
    torch.manual_seed(5)
    assert torch.equal(module.conv.weight, torch.nn.Conv2d(3, 4, 3).weight)


@pytest.mark.parametrize(
    ("init", "holds"),
    [
        ("zeros", lambda conv: not conv.weight.any() and not conv.bias.any()),
        (
            "{constant: {val: 2}}",
            lambda conv: bool((conv.weight == 2).all()) and not conv.bias.any(),
        ),
        ("{kaiming_normal: {mode: fan_in}}", lambda conv: 0.2 < conv.weight.std() < 0.36),
        ("{uniform: {a: 3, b: 4}}", lambda conv: bool((conv.weight >= 3).all())),
    ],
)
def test_init_fills_weights_and_zeroes_biases(init: str, holds: object) -> None:
    module = archc.compile(SPEC + f"init: {init}\n", seed=0)
    assert callable(holds)
    assert holds(module.conv)


def test_a_layers_own_init_wins_over_the_files() -> None:
    spec = SPEC.replace("{conv: 4, kernel: 3}", "{conv: 4, kernel: 3, init: ones}")
    module = archc.compile(spec + "init: zeros\n")
    assert bool((module.conv.weight == 1).all())


def test_an_init_inside_a_block_reaches_every_use() -> None:
    spec = """
archc: 1
input: [4, 8, 8]
init: {kaiming_normal: {mode: fan_in}}
blocks:
  b:
    layers:
      conv: {conv: 4, kernel: 1}
      tail: [{conv: 4, kernel: 1}, {batch_norm: , init: zeros}]
layers: [{b: }, {b: }]
"""
    module = archc.compile(spec, seed=0)
    for block in module.children():
        assert not block.tail[1].weight.any()
        assert block.tail[0].weight.any()


def test_an_init_reaches_a_numbered_layer_of_a_network_with_several_outputs() -> None:
    spec = """
archc: 1
input: [4, 8, 8]
layers: [{conv: 4, kernel: 1, init: ones}, relu, {conv: 4, kernel: 1}]
outputs: {early: 1, late: 2}
"""
    module = archc.compile(spec)
    assert bool((module.get_submodule("0").weight == 1).all())
    early, late = module(torch.zeros(1, 4, 8, 8))
    assert early.shape == late.shape
