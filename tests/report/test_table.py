"""The table: its numbers add up, its lines are aligned and fit, and it reads well."""

import re

import pytest
from graphs import SHIPPED, network, shipped

from archc.analyses.summary import summarise
from archc.pipeline import check
from archc.render.display import width
from archc.render.numbers import scaled
from archc.report.table import table

WIDTHS = [20, 40, 60, 80, 100, 140, None]
DEPTHS = [None, 1, 2, 3]
KOREAN = {
    "합성곱": {"conv": 8, "kernel": 3, "padding": "same"},
    "블록": {"layers": {"정규화": "batch_norm", "활성화": "relu"}},
    "풀링": {"max_pool": 2},
}


def body(text):
    """Return the lines of the table itself: those between its rule and the empty line."""
    lines = text.splitlines()
    return lines[4 : lines.index("", 4)]


def cells(line):
    return re.split(r" {2,}", line.strip())


def number(text):
    return 0 if text == "–" else int(text.replace(",", ""))


# The numbers


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("depth", DEPTHS)
def test_rows_add_up_to_the_totals(name, depth):
    totals = summarise(shipped(name)).totals
    lines = body(table(shipped(name), depth=depth))
    heads = next((i for i, line in enumerate(lines) if line.startswith("auxiliary")), len(lines))
    # Of a line with numbers: layer, operator, output, params, MACs, RF, and the jump if it has one.
    params, macs = [], []
    for line in lines:
        found = cells(line)
        numbered = len(found) >= 6
        params.append(number(found[3]) if numbered else 0)
        macs.append(number(found[4]) if numbered else 0)
    assert sum(params) == totals.params
    assert sum(macs[:heads]) == totals.macs
    assert sum(macs) == totals.macs_training


def test_fields_that_are_an_upper_bound_are_said_to_be_so():
    layers = {"up": {"upsample": 2}, "conv": {"conv": 4, "kernel": 4}}
    assert "≤" not in table(network(layers))
    # Too large to be followed element by element.
    bound = table(network(layers, (1, 2_000_000, 4)))
    assert " ≤ 3 " in bound
    assert bound.endswith("RF ≤: an upper bound\n")


def test_the_totals():
    lines = table(shipped("googlenet"), batch=32).splitlines()
    assert lines[-8:] == [
        "",
        "params          13,004,888  13,004,888 trainable, 0 other",
        "buffers             15,131",
        "MACs         1,498,376,192  1.50 G for one sample in evaluation",
        "             1,506,748,416  1.51 G in training, with the heads",
        "weights            52.1 MB  parameters and buffers",
        "activations         225 MB  peak in inference, batch 32",
        "                   1.55 GB  kept for the backward pass in training, batch 32",
    ]


def test_units():
    assert [scaled(n) for n in (0, 7, 999, 1000, 999_499, 999_500, 1_814_073_344)] == [
        *("0", "7", "999", "1.00 k", "999 k", "1.00 M", "1.81 G")
    ]
    assert [scaled(n) for n in (9408, 11_689_512, 13_000_000)] == ["9.41 k", "11.7 M", "13.0 M"]
    assert [scaled(n, "B") for n in (999, 46_796_608, 10**22)] == ["999 B", "46.8 MB", "10000 EB"]


# Folding


def test_depth_folds_blocks_into_a_row_each():
    lines = [" ".join(line.split()) for line in body(table(shipped("resnet18"), depth=1))]
    assert lines[4] == "layer1 basic_block × 2 64×56×56 147,968 462,422,016 43 4"
    assert len(lines) == 11


def test_equal_neighbours_are_folded_together():
    lines = [" ".join(line.split()) for line in body(table(shipped("resnet152"), depth=2))]
    assert "0 bottleneck 256 · stride 2 1024×14×14 1,512,448 372,506,624 171 16" in lines
    assert "1–35 bottleneck 256 × 35 1024×14×14 39,101,440 7,642,808,320 1291 16" in lines


def test_unequal_neighbours_are_not():
    block = {"params": {"width": None}, "layers": [{"conv": "$width", "kernel": 1}]}
    layers = {"a": {"b": 4}, "c": {"b": 4}, "d": {"b": 4}, "e": {"b": 8}}
    graph = network(layers, (3, 8, 8), blocks={"b": block})
    names = [cells(line)[0] for line in body(table(graph, depth=1))]
    assert names == ["a", "c–d", "e"]  # a reads 3 channels and has fewer parameters


def test_plain_bodies_say_what_they_hold():
    layers = [{"layers": ["relu", "tanh", "tanh", {"layers": ["relu"]}]}, "relu"]
    assert cells(body(table(network(layers), depth=1))[0])[1] == "relu, tanh × 2, [relu]"


def test_heads_are_marked():
    lines = body(table(shipped("googlenet"), depth=1))
    assert lines[-3] == "auxiliary heads, in training mode only"
    assert cells(lines[-2])[:2] == ["aux1", "aux_head 1000 · from inception4a"]
    assert "auxiliary" not in table(shipped("resnet18"))


# The looks


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", ["resnet18", "googlenet", "vgg16"])
def test_no_line_is_wider_than_the_terminal(name, depth, columns):
    for line in table(shipped(name), width=columns, depth=depth).splitlines():
        assert columns is None or width(line) <= columns
        assert line == line.rstrip()


@pytest.mark.parametrize("columns", [60, 80, 100, 140, None])
def test_columns_are_aligned_whatever_the_letters(columns):
    graph = network(KOREAN, (3, 32, 32), name="한국어 신경망")
    text = table(graph, width=columns)
    assert text.startswith("한국어 신경망  input 3×32×32\n")
    header = text.splitlines()[2]
    ends = width(header[: header.index("params") + len("params")])
    start = width(header[: header.index("output")])
    for line in body(text):
        if len(cells(line)) < 5:
            continue
        columns_of = [width(line[: place.start()]) for place in re.finditer(r"\S+", line)]
        stops = [width(line[: place.end()]) for place in re.finditer(r"\S+", line)]
        assert start in columns_of
        assert ends in stops


def test_settings_are_cropped_before_anything_else():
    lines = body(table(shipped("resnet18"), width=80))
    assert lines[0].split()[:5] == ["conv1", "conv", "64", "·", "ker…"]
    assert cells(lines[0])[2:] == ["64×112×112", "9,408", "118,013,952", "7", "2"]


def test_what_holds_numbers_elsewhere_may_be_longer():
    lines = body(table(shipped("googlenet"), width=80))
    assert lines[0] == "conv1        conv_bn 64 · kernel 7 · stride 2 · padding 3"


def test_long_names_are_cropped():
    graph = network({"a" * 200: {"conv": 8, "kernel": 3}})
    line = body(table(graph, width=80))[0]
    assert "…" in line.split()[0]
    assert line.endswith("3     1")


def test_colour_changes_no_letter():
    for depth in DEPTHS:
        plain = table(shipped("googlenet"), width=100, depth=depth)
        coloured = table(shipped("googlenet"), width=100, depth=depth, color=True)
        assert plain != coloured
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_a_control_character_in_a_name_does_nothing():
    graph = network(["relu"])
    graph.spec.name = "\x1b[31mred"
    assert "\x1b" not in table(graph)


def test_nothing_computed():
    graph = network([{"relu": None, "if": False}])
    assert body(table(graph)) == []


def test_a_join_of_very_many_names_a_few():
    reads = [f"a{i}" for i in range(500)]
    layers = "".join(f"  {name}: {{relu: , from: input}}\n" for name in reads)
    text = f"archc: 1\ninput: [1, 2, 2]\nlayers:\n{layers}  j: {{concat: [{', '.join(reads)}]}}\n"
    told = table(check(text).sound)
    assert "concat [a0, a1, a2, a3, a4, a5, a6, … 491 more …, a498, a499]" in told
    assert max(map(len, told.splitlines())) < 150
