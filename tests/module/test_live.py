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


def test_the_files_init_passes_over_biases_that_are_not_there() -> None:
    """A layer without bias that says itself how it begins is of a kind that the file fills."""
    spec = """
archc: 1
input: [3, 8, 8]
init: {kaiming_normal: {mode: fan_out}}
layers:
  stem: {conv: 8, kernel: 3, bias: false, init: zeros}
  norm: batch_norm
  next: {conv: 8, kernel: 3}
"""
    module = archc.compile(spec, seed=0)
    assert not module.stem.weight.any()
    assert module.next.weight.any()
    assert not module.next.bias.any()


def test_the_files_init_is_not_tried_on_a_layer_that_it_cannot_fill() -> None:
    """`dirac` of four groups would fail on six channels, whose layer asks for something else."""
    spec = """
archc: 1
input: [3, 8, 8]
init: {dirac: {groups: 4}}
layers:
  a: {conv: 8, kernel: 3}
  part: {layers: [{conv: 6, kernel: 1, init: zeros}, {layers: {c: {conv: 4, kernel: 1}}}]}
"""
    module = archc.compile(spec, seed=0)
    assert not module.part[0].weight.any()
    for layer in (module.a, module.part[1].c):
        assert sorted(layer.weight.unique().tolist()) == [0, 1]
        assert not layer.bias.any()


def test_one_named_output_comes_in_a_named_tuple_in_both_modes() -> None:
    module = archc.compile(SPEC + "outputs: {features: relu}\n")
    for training in (True, False):
        (features,) = given = module.train(training)(torch.zeros(1, 3, 8, 8))
        assert given._fields == ("features",)
        assert features.shape == (1, 4, 6, 6)
