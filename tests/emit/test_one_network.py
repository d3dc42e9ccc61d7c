"""The module is the network that was checked: what one `if` decides is decided once.

Each spec has an `if`, a reference or a body in which a second reading of it could end otherwise.
"""

import re

import pytest
import torch
from graphs import sound
from interpreter import Interpreter

from archc.emit.emit import emit
from archc.measure.verify import verify
from archc.module.live import compile_graph

POOL = "avg_pool: 3, stride: 1, padding: 1"
SPECS = {
    "a block read by its number": f"""
blocks:
  act: {{layers: [relu]}}
  unit: {{params: {{width: }}, layers: [{{conv: $width, kernel: 1}}, act, {{add: [1, 0]}}]}}
layers:
  a: {{unit: 32}}
  wide: {{if: $(in_channels > 16), {POOL}}}
  thin: {{if: $(in_channels <= 16), {POOL}, divisor_override: 1}}
""",
    "a repetition read by its number": f"""
blocks:
  act: {{params: {{width: }}, layers: [{{conv: $width, kernel: 1}}, relu]}}
  unit: {{params: {{n: }}, layers: [{{act: $(n * 5), repeat: 2}}, relu, {{concat: [0, 1]}}]}}
layers:
  a: {{unit: 2}}
  wide: {{if: $(in_channels == 20), {POOL}}}
  thin: {{if: $(in_channels != 20), {POOL}, divisor_override: 1}}
""",
    "the block's input in a body": f"""
blocks:
  unit:
    params: {{width: }}
    layers:
      main: {{conv: $width, kernel: 1}}
      side: {{layers: {{skip: {{from: input, max_pool: 3, stride: 1, padding: 1}}, act: relu}}}}
      thin: {{if: $(in_channels < width), {POOL}}}
      wide: {{if: $(in_channels >= width), {POOL}, count_include_pad: false}}
      sum: {{concat: [main, side]}}
layers: [{{unit: 8}}, {{unit: 5}}]
""",
    "the block's input two bodies deep, repeated": f"""
blocks:
  unit:
    params: {{width: }}
    layers:
      main: {{conv: $width, kernel: 1}}
      side:
        repeat: 2
        layers:
          wide: {{conv: $(2 * width), kernel: 1}}
          inner:
            layers:
              - {{from: input, conv: $(in_channels + width), kernel: 1}}
              - {{if: $(in_channels > 12), {POOL}, count_include_pad: false}}
              - relu
          both: {{concat: [wide, inner]}}
      more: {{if: $(in_channels == 3 * width), {POOL}}}
      less: {{if: $(in_channels != 3 * width), {POOL}, divisor_override: 1}}
layers: [{{unit: 8}}, {{unit: 5}}, {{unit: 5, repeat: 2}}]
""",
    "an inline block in a body of a block": f"""
blocks:
  pair:
    params: {{n: , grow: $(n + 1)}}
    inline: true
    layers: [{{conv: $(n + in_channels), kernel: 1}}, {{conv: $grow, kernel: 1}}]
  unit:
    params: {{width: }}
    layers:
      body: {{layers: [{{pair: $(width * 2)}}, {{pair: $width, if: $(in_channels > 2 * width)}}]}}
      thin: {{if: $(in_channels <= 2 * width), {POOL}}}
layers: [{{unit: 3}}, {{unit: 4}}]
""",
    "a parameter of the block around": f"""
params: {{width: 8}}
blocks:
  inner: {{params: {{n: $width}}, layers: [{{conv: $width, kernel: 1}}, {{conv: $n, kernel: 1}}]}}
  outer: {{params: {{width: }}, layers: [{{conv: $width, kernel: 1}}, inner]}}
layers:
  - {{outer: 16}}
  - {{if: $(in_channels == 8), {POOL}}}
""",
    "branches of a block": f"""
blocks:
  unit:
    params: {{width: , wide: false}}
    layers:
      both:
        branches:
          a: [{{conv: $width, kernel: 1}}, {{if: $wide, {POOL}, count_include_pad: false}}]
          b: {{layers: {{c: {{from: input, conv: $(width + 1), kernel: 1}}}}}}
        join: concat
      thin: {{if: $(in_channels % 2 == 1), {POOL}}}
layers: [{{unit: 8}}, {{unit: 8, wide: true}}, {{from: 0, unit: 5}}]
""",
    "heads of an empty body's output": """
layers:
  stem: {conv: 8, kernel: 3}
  more: {layers: {deep: {if: false, conv: 8, kernel: 1}}}
  pool: {adaptive_avg_pool: 1}
auxiliary:
  early: {from: stem, layers: [batch_norm, {conv: 4, kernel: 1}, dropout]}
  second: {from: more, conv: 3, kernel: 1}
""",
    "a head that returns an older value": """
layers:
  stem: {conv: 8, kernel: 3}
  act: relu
auxiliary:
  early:
    from: stem
    layers: {norm: batch_norm, back: {from: input, if: false, conv: 3, kernel: 1}}
outputs: {stem: stem, act: act}
""",
    "a body that returns an older value": """
layers:
  stem: {conv: 8, kernel: 3}
  side: {layers: {norm: batch_norm, back: {from: input, if: false, conv: 3, kernel: 1}}}
  last: {concat: [side, side]}
auxiliary: {early: {from: side, conv: 4, kernel: 1}}
""",
    "an empty body that returns another value": """
layers:
  - {conv: 8, kernel: 3}
  - layers:
      - relu
      - {layers: {shrink: {max_pool: 2, from: input, if: false}}}
      - {from: 0, layers: [relu]}
""",
    "an empty body that returns the network's input": """
layers:
  a: [relu, {layers: [{layers: [{max_pool: 2, from: input, if: false}]}]}, {conv: 2, kernel: 1}]
  b: {layers: {c: [{from: input, if: false, relu: }], d: {conv: 2, kernel: 1}}}
  sum: {add: [a, b]}
""",
    "a block on a map and on a vector": """
blocks: {b: {layers: [relu, flatten]}}
layers: {first: b, second: b}
""",
    "a block with arguments on a map and on a vector": """
blocks:
  head: {params: {n: }, layers: {drop: dropout, flat: flatten, fc: {linear: $n}}}
  outer: {params: {n: }, layers: {norm: batch_norm, head: {head: $n}}}
layers: {one: {outer: 16}, two: {outer: 10}, three: {outer: 16}}
""",
}
every = pytest.mark.parametrize("name", SPECS)


def graph_of(name):
    return sound(f"archc: 1\ninput: [3, 5, 5]\n{SPECS[name]}")


@every
def test_the_module_is_the_graph(name):
    graph = graph_of(name)
    inputs = torch.randn(2, *graph.input.shape, generator=torch.Generator().manual_seed(0))
    interpreter = Interpreter(graph, inputs)
    module = compile_graph(graph)
    module.load_state_dict(interpreter.state_dict())
    results = module.eval()(inputs)
    results = results if isinstance(results, tuple) else (results,)
    for result, node in zip(results, graph.outputs.values(), strict=True):
        assert torch.equal(result, interpreter.values[node])


@every
def test_verify_agrees(name):
    assert verify(graph_of(name)).differences == ()


@every
def test_shapes_beside_the_lines_name_arguments_of_their_class(name):
    for defined in emit(graph_of(name)).source.split("\nclass ")[1:]:
        init = defined.partition("def __init__(")[2].partition(")")[0]
        arguments = set(re.findall(r"\w+", re.sub(r"=[^,]*", "", init)))
        for comment in re.findall(r"  # (.*)", defined):
            assert set(re.findall(r"[A-Za-z_]\w*", comment)) <= {*arguments, *"CHWN"}


def test_a_shape_whose_size_is_no_argument_is_a_letter():
    source = emit(
        sound("""
archc: 1
input: [3, 5, 5]
blocks: {unit: {layers: {a: relu, b: {from: input, max_pool: 3}}}}
layers: [unit, {conv: 8, kernel: 1, padding: 4}, unit]
""")
    ).source
    assert "self.b(x)  # C×" in source


def test_a_block_on_a_map_and_on_a_vector_is_two_classes_with_their_own_arguments():
    source = emit(graph_of("a block with arguments on a map and on a vector")).source
    assert "def __init__(self, in_channels, n):" in source
    assert "def __init__(self, in_features, n):" in source
    assert source.count("class Head") == 2


def test_a_head_is_computed_once():
    graph = graph_of("heads of an empty body's output")
    module = compile_graph(graph)
    calls = []
    module.early.register_forward_hook(lambda *_: calls.append(1))
    module(torch.randn(2, 3, 5, 5))
    assert calls == [1]
