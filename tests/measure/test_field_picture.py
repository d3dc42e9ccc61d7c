"""Pictures of receptive fields: what has room on them, and what is named."""

import pytest
from graphs import network

from archc.analyses.extent import extents
from archc.report.field_table import Seen

pytest.importorskip("matplotlib")

from archc.measure import field_picture


def rows(layers, shape=(1, 9, 9)):
    graph = network(layers, shape)
    found = extents(graph)
    return [Seen(node.path, found[node]) for node in graph.nodes]


def test_fields_that_reach_out_of_the_image_have_room(monkeypatch):
    kept = []
    monkeypatch.setattr(field_picture, "_png", kept.append)
    field_picture.draw_fields(rows([{"conv": 1, "kernel": 9, "padding": 4}] * 3), (9, 9))
    (axes,) = kept[0].axes
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    # The centre unit, 4, sees 12 places to each side.
    assert left < 4 - 12 - 0.5
    assert right > 4 + 12 + 0.5
    assert top < 4 - 12 - 0.5
    assert bottom > 4 + 12 + 0.5


def test_layers_that_see_the_same_are_one_square(monkeypatch):
    kept = []
    monkeypatch.setattr(field_picture, "_png", kept.append)
    layers = {"a": {"conv": 1, "kernel": 3}, "act": "relu", "b": {"conv": 1, "kernel": 3}}
    field_picture.draw_fields(rows(layers), (9, 9))
    labels = kept[0].axes[0].get_legend_handles_labels()[1]
    assert labels == ["3×3  a …", "5×5  b"]


def test_of_very_many_fields_a_dozen_are_drawn(monkeypatch):
    kept = []
    monkeypatch.setattr(field_picture, "_png", kept.append)
    field_picture.draw_fields(rows([{"conv": 1, "kernel": 3, "padding": 1}] * 40), (9, 9))
    labels = kept[0].axes[0].get_legend_handles_labels()[1]
    assert (len(labels), labels[0], labels[-1]) == (12, "3×3  0", "81×81  39")
