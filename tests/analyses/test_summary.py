"""The summary as data: rows and their labels."""

import pytest
from graphs import SHIPPED, network, shipped, sound

from archc.analyses.summary import summarise


def leaves(name):
    return summarise(shipped(name)).layers


def labels(layers, **more):
    return [row.label for row in summarise(network(layers, **more)).layers]


# Rows


@pytest.mark.parametrize("name", SHIPPED)
def test_scopes_sum_what_they_hold_up_to_the_totals(name):
    summary = summarise(shipped(name))

    def hold(rows):
        for row in rows:
            if row.rows is not None:
                assert row.params == sum(inner.params for inner in row.rows)
                assert row.macs == sum(inner.macs for inner in row.rows)
                assert row.output_shape == row.rows[-1].output_shape
                hold(row.rows)

    hold(summary.rows)
    main = [row for row in summary.rows if not row.auxiliary]
    assert sum(row.params for row in summary.rows) == summary.totals.params
    assert sum(row.macs for row in main) == summary.totals.macs
    assert sum(row.macs for row in summary.rows) == summary.totals.macs_training


def test_rows_are_found_by_path():
    summary = summarise(shipped("resnet18"))
    conv = summary["layer2.0.conv1"]
    assert (conv.name, conv.path, conv.op) == ("conv1", "layer2.0.conv1", "conv")
    assert (conv.output_shape, conv.params) == ((128, 28, 28), 128 * 64 * 9)
    assert (conv.receptive_field, conv.jump) == ((51, 51), (8, 8))
    block = summary["layer2.0"]
    assert (block.op, block.params) == ("basic_block", 230_144)
    assert conv in block.rows
    with pytest.raises(KeyError):
        summary["layer2.0.conv9"]


def test_the_line_is_the_specs():
    text = "archc: 1\ninput: [1, 8, 8]\nlayers:\n  a: relu\n  b:\n    layers: [tanh]\n"
    summary = summarise(sound(text))
    assert [summary[path].line for path in ("a", "b", "b.0")] == [4, 5, 6]


# Labels


def test_settings_as_a_spec_writes_them():
    layers = [
        {"conv": 64, "kernel": 7, "stride": 2, "padding": 3},
        {"conv": 8, "kernel": [1, 7], "padding": "same", "bias": False},
        {"max_pool": [3, 2], "stride": [3, 3]},
        "relu",
        {"batch_norm": None, "eps": 0.001},
        {"dropout": 0.5},
        {"adaptive_avg_pool": 1},
    ]
    assert labels(layers) == [
        "conv 64 · kernel 7 · stride 2 · padding 3",
        "conv 8 · kernel [1, 7] · padding same · bias false",
        "max_pool [3, 2] · stride 3",
        "relu",
        "batch_norm · eps 0.001",
        "dropout 0.5",
        "adaptive_avg_pool 1",
    ]


def test_joins_name_what_they_read():
    assert (
        labels({"a": "relu", "b": "tanh", "sum": {"add": ["input", "a"]}})[-1] == "add [input, a]"
    )
    block = {"layers": {"act": "relu", "sum": {"add": ["act", "input"]}}}
    assert labels([{"b": None}], blocks={"b": block})[-1] == "add [act, input]"
    assert summarise(shipped("resnet18"))["layer2.0.sum"].label == "add [bn2, downsample]"
    branches = {"branches": {"left": "relu", "right": {"layers": ["tanh"]}}, "join": "concat"}
    assert labels([branches])[-1] == "concat [left, right]"


def test_what_does_not_read_the_one_before_says_so():
    assert (
        labels({"a": "relu", "b": "tanh", "c": {"relu": None, "from": "a"}})[-1] == "relu · from a"
    )
    branches = {"branches": [{"relu": None}, {"tanh": None}], "join": "add"}
    assert labels([branches])[:2] == ["relu", "tanh"]
    assert summarise(shipped("resnet18"))["layer2.0.downsample"].label == "from input"
    assert summarise(shipped("googlenet"))["aux1"].label == "aux_head 1000 · from inception4a"


def test_blocks_with_their_arguments():
    summary = summarise(shipped("resnet18"))
    assert summary["layer2.0"].label == "basic_block 128 · stride 2"
    assert summary["layer2.1"].label == "basic_block 128"
    assert summary["layer2"].label == ""
    inception = summarise(shipped("googlenet"))["inception3a"]
    assert inception.label == "inception 64, 96, 128, 16, 32, 32"
