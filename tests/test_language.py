"""What each piece of the language means: the graph that it gives, or the mistake that it is."""

import io
import json
import re
from textwrap import dedent

import pytest

from archc import ops
from archc.diagnostics import Diagnostic
from archc.graph.graph import Graph, Node
from archc.language.names import MODULE_ATTRIBUTES, SEQUENTIAL_ATTRIBUTES
from archc.language.overrides import Text
from archc.pipeline import Checked, check


def run(text: str, head: str = "input: [3, 32, 32]", **params) -> Checked:
    """Check a spec of which only what matters is written."""
    return check(f"archc: 1\n{head}\n{dedent(text)}", params)


def graph(text: str, head: str = "input: [3, 32, 32]", **params) -> Graph:
    """Return the graph of a spec that nothing is wrong with, not even a little."""
    checked = run(text, head, **params)
    assert [str(found) for found in checked.diagnostics] == []
    assert checked.sound is not None
    return checked.sound


def wiring(text: str, **params) -> dict[str, list[str]]:
    """Return what each node reads, by path."""
    return {node.path: [r.path for r in node.reads] for node in graph(text, **params).nodes}


def paths(text: str, **params) -> list[str]:
    return list(wiring(text, **params))


def last(text: str, head: str = "input: [3, 32, 32]", **params) -> Node:
    return graph(text, head, **params).nodes[-1]


def told(text: str, head: str = "input: [3, 32, 32]", **params) -> list[tuple[str, str]]:
    """Return the code of each diagnostic and the piece of the text that it points at."""
    return [(d.problem.code, excerpt(d)) for d in run(text, head, **params).diagnostics]


def excerpt(found: Diagnostic) -> str:
    assert found.span.line == found.span.end_line
    return found.span.source.line(found.span.line)[
        found.span.column - 1 : found.span.end_column - 1
    ]


class TestBodies:
    def test_a_mapping_names_its_children(self):
        assert wiring("layers: {conv: {conv: 8, kernel: 3}, act: relu}") == {
            "conv": ["input"],
            "act": ["conv"],
        }

    def test_a_list_numbers_them(self):
        assert paths("layers: [{conv: 8, kernel: 3}, relu]") == ["0", "1"]

    def test_a_layer_can_be_a_list_of_layers(self):
        text = "layers: {features: [{conv: 8, kernel: 3}, relu], head: [flatten, [{linear: 2}]]}"
        assert paths(text) == ["features.0", "features.1", "head.0", "head.1.0"]

    def test_layers_says_the_same_where_more_is_to_be_said(self):
        text = """
            layers:
              stem: {layers: {conv: {conv: 3, kernel: 1}, act: relu}}
              again: {from: input, layers: [tanh]}
              sum: {add: [stem, again]}
        """
        assert wiring(text) == {
            "stem.conv": ["input"],
            "stem.act": ["stem.conv"],
            "again.0": ["input"],
            "sum": ["stem.act", "again.0"],
        }

    def test_a_body_must_hold_something(self):
        assert told("layers: []") == [("AR213", "layers")]
        assert told("layers: {a: [], b: relu}") == [("AR213", "a")]
        assert told("layers: {a: {layers: {}}}") == [("AR213", "layers")]

    def test_a_body_is_a_list_or_a_mapping(self):
        assert told("layers: relu") == [("AR203", "relu")]
        assert told("layers: [3]") == [("AR203", "3")]
        assert told("layers: {a: }") == [("AR205", "a")]


class TestLayers:
    def test_the_operators_own_value_is_its_principal_setting(self):
        assert last("layers: [{conv: 8, kernel: 5}]").shape == (8, 28, 28)
        assert last("layers: [{max_pool: 2}]").shape == (3, 16, 16)

    def test_empty_means_not_given(self):
        assert last("layers: [{batch_norm: , eps: 0.001}]").operator.eps == 0.001
        assert last("layers: [{dropout: ~}]").operator.p == 0.5

    def test_a_list_is_a_pair(self):
        assert last("layers: [{max_pool: [4, 2]}]").shape == (3, 8, 16)
        conv = "layers: [{conv: 8, kernel: [1, 3], padding: [0, 1], stride: [1, 2]}]"
        assert last(conv, "input: [3, 31, 31]").shape == (8, 31, 16)

    def test_a_layer_is_exactly_one_operator(self):
        assert told("layers: [{conv: 8, kernel: 3, relu: }]") == [("AR205", "relu")]
        assert told("layers: [{kernel: 3}]") == [("AR204", "kernel")]
        assert told("layers: [{}]") == [("AR205", "{}")]
        assert told("layers: [{layers: [relu], tanh: }]") == [("AR205", "tanh")]

    def test_unknown_operators_and_settings(self):
        assert told("layers: [cnv]") == [("AR204", "cnv")]
        assert told("layers: [{conv: 8, kernel: 3, bais: false}]") == [("AR201", "bais")]

    def test_a_misspelt_key_hides_that_what_it_means_is_missing(self):
        assert told("layers: [{conv: 8, kernal: 3}]") == [("AR201", "kernal")]
        assert told("layers: [{conv: 8}]") == [("AR202", "conv")]

    def test_an_operator_without_a_principal_setting_takes_no_value(self):
        assert told("layers: [{relu: 3}]") == [("AR301", "3")]

    def test_settings_that_do_nothing_where_they_stand(self):
        assert told("layers: [{relu: , inline: true}]") == [("AR201", "inline")]
        assert told("layers: {a: relu, b: {add: [a, a], from: a}}") == [("AR201", "from")]
        assert told("layers: {a: {layers: [relu], init: zeros}}") == [("AR201", "init")]
        assert told("layers: {a: {layers: [relu], join: add}}") == [("AR201", "join")]

    def test_the_mistakes_of_a_file_are_reported_in_one_run_without_cascades(self):
        text = """
            layers:
              conv1: {conv: 0, kernel: 3}
              conv2: {conv: 8, kernel: 3}
              pool: {max_pool: 2, strid: 2}
              flatten: flaten
              fc: {linear: 10, bias: 1}
        """
        assert told(text) == [
            ("AR301", "0"),
            ("AR201", "strid"),
            ("AR204", "flaten"),
            ("AR301", "1"),
        ]


class TestWiring:
    def test_from_reads_another_node_and_the_next_reads_this_one(self):
        text = "layers: {a: tanh, b: {from: input, relu: }, c: relu6, d: {add: [a, c]}}"
        assert wiring(text) == {"a": ["input"], "b": ["input"], "c": ["b"], "d": ["a", "c"]}

    def test_joins_name_what_they_read(self):
        text = "layers: {a: tanh, b: relu, c: {concat: [a, b, input]}}"
        assert last(text).shape == (9, 32, 32)
        assert last("layers: {a: tanh, gate: {adaptive_avg_pool: 1}, c: {multiply: [a, gate]}}")
        assert told("layers: {a: tanh, b: {add: a}}") == [("AR203", "a")]
        assert told("layers: {a: tanh, b: {add: [a]}}") == [("AR203", "[a]")]

    def test_listed_nodes_are_named_by_their_number(self):
        assert wiring("layers: [tanh, relu, {add: [0, 1]}]")["2"] == ["0", "1"]

    def test_only_earlier_nodes_can_be_read(self):
        assert told("layers: {a: {from: b, relu: }, b: relu}") == [("AR306", "b")]
        assert told("layers: {a: {from: a, relu: }}") == [("AR306", "a")]
        assert told("layers: {a: relu, b: {from: aa, relu: }}") == [("AR306", "aa")]

    def test_names_are_those_of_the_same_body(self):
        assert told("layers: {a: relu, b: [{from: a, relu: }]}") == [("AR306", "a")]
        assert told("layers: {a: [relu], b: {from: a.0, relu: }}") == [("AR306", "a.0")]

    def test_input_is_that_of_the_network_outside_any_block(self):
        assert wiring("layers: {a: tanh, b: [relu, {from: input, relu6: }, {add: [0, 1]}]}") == {
            "a": ["input"],
            "b.0": ["a"],
            "b.1": ["input"],
            "b.2": ["b.0", "b.1"],
        }

    def test_what_nothing_reads_is_reported(self):
        assert told("layers: {a: tanh, b: {from: input, relu: }}") == [("AR212", "tanh")]
        text = "layers: {a: [tanh, relu], b: {from: input, relu: }}"
        assert told(text) == [("AR212", "a")]


class TestBranches:
    def test_every_branch_reads_the_same_and_a_join_brings_them_together(self):
        text = """
            branches:
              left: {conv: 8, kernel: 1}
              right: [{conv: 4, kernel: 3, padding: 1}, relu]
            join: concat
        """
        assert wiring(text) == {
            "left": ["input"],
            "right.0": ["input"],
            "right.1": ["right.0"],
            "join": ["left", "right.1"],
        }
        assert last(text).shape == (12, 32, 32)

    def test_they_stand_wherever_layers_do(self):
        text = "layers: [tanh, {branches: [relu, relu6], join: add}]"
        assert wiring(text)["1.2"] == ["1.0", "1.1"]

    def test_inline_branches_join_the_parent(self):
        text = "layers: [tanh, {inline: true, branches: [relu, relu6], join: add}, relu]"
        assert wiring(text)["3"] == ["1", "2"]
        assert wiring(text)["4"] == ["3"]

    def test_the_join_is_concat_or_add(self):
        assert told("branches: [relu, tanh]") == [("AR202", "branches")]
        assert told("branches: [relu, tanh]\njoin: multiply") == [("AR301", "multiply")]

    def test_its_name_is_taken(self):
        text = "branches: {join: relu, other: tanh}\njoin: add"
        assert told(text) == [("AR208", "branches")]

    def test_unequal_branches_cannot_be_joined(self):
        text = "branches: [relu, {max_pool: 2}]\njoin: concat"
        assert told(text) == [("AR405", "branches")]

    def test_a_body_is_layers_or_branches(self):
        text = "layers: [relu]\nbranches: [relu, tanh]\njoin: add"
        assert told(text) == [("AR205", "branches")]


BLOCK = """
blocks:
  conv_act:
    params: {width: , kernel: 3, padding: $(kernel // 2)}
    layers: [{conv: $width, kernel: $kernel, padding: $padding}, relu]
"""


class TestBlocks:
    def test_one_with_the_name_of_a_newer_operator_is_used_instead(self):
        newer = [name for name in ops.names() if ops.find(name).since]
        assert "slice" in newer
        for name in newer:
            text = f"blocks: {{{name}: {{params: {{n: 4}}, layers: [{{conv: $n, kernel: 1}}]}}}}\n"
            text += f"layers: [{{{name}: 5}}, {name}, {{{name}: , n: 3}}, {{repeat: 2, {name}: }}]"
            checked = run(text)
            assert [d.problem.code for d in checked.diagnostics] == ["AR320"]
            assert [n.shape[0] for n in checked.sound.nodes] == [5, 4, 3, 4, 4]

    def test_a_parameter_may_have_the_name_of_a_newer_operator(self):
        block = "{params: {slice: 4, mish: 1}, layers: [{conv: $slice, kernel: $mish}]}"
        text = f"blocks: {{b: {block}}}\nlayers: [{{b: 5}}, {{b: , mish: 3}}, {{slice: 3}}]"
        assert [n.shape[0] for n in graph(text).nodes] == [5, 4, 3]

    def test_the_value_fills_the_first_parameter_and_a_list_fills_several(self):
        assert last(BLOCK + "layers: [{conv_act: 8}]").shape == (8, 32, 32)
        assert last(BLOCK + "layers: [{conv_act: [8, 5]}]").shape == (8, 32, 32)
        assert last(BLOCK + "layers: [{conv_act: [8, 5, 0]}]").shape == (8, 28, 28)

    def test_a_block_inside_sees_the_files_parameters_and_not_those_of_the_block_around(self):
        text = """
            params: {width: 8}
            blocks:
              inner:
                params: {n: $width}
                layers: [{conv: $width, kernel: 1}, {conv: $n, kernel: 1}]
              outer: {params: {width: }, layers: [{conv: $width, kernel: 1}, inner]}
            layers: [{outer: 16}]
        """
        assert [node.shape[0] for node in graph(text).nodes] == [16, 8, 8]
        assert [node.shape[0] for node in graph(text, width=5).nodes] == [16, 5, 5]

    def test_the_others_are_given_by_name_or_have_their_default(self):
        assert last(BLOCK + "layers: [{conv_act: 8, padding: 0}]").shape == (8, 30, 30)
        assert last(BLOCK + "layers: [{conv_act: , width: 8}]").shape == (8, 32, 32)

    def test_a_pair_is_a_list_in_the_list_or_given_by_name(self):
        assert last(BLOCK + "layers: [{conv_act: [8, [1, 7], 0]}]").shape == (8, 32, 26)
        assert last(BLOCK + "layers: [{conv_act: 8, kernel: [7, 1], padding: 0}]").shape == (
            8,
            26,
            32,
        )

    def test_values_are_checked_where_they_are_used(self):
        assert last(BLOCK + "layers: [{conv_act: 8, padding: same}]").shape == (8, 32, 32)
        assert told(BLOCK + "layers: [{conv_act: 8, padding: wide}]") == [("AR301", "$padding")]

    def test_a_mistake_inside_points_there_and_says_from_which_use_it_came(self):
        checked = run(BLOCK + "layers: {a: {conv_act: 8}, b: {repeat: 2, conv_act: -1}}")
        (found,) = checked.diagnostics.errors
        assert (found.problem.code, excerpt(found)) == ("AR301", "$width")
        assert [label.text for label in found.labels] == [
            "in block `conv_act`, used here as `b.0`",
            "repetition 1 of 2",
        ]

    def test_its_children_hang_under_the_use(self):
        assert paths(BLOCK + "layers: {a: {conv_act: 8}, b: [{conv_act: 8}]}") == [
            "a.0",
            "a.1",
            "b.0.0",
            "b.0.1",
        ]

    def test_input_is_the_blocks_own(self):
        text = """
            blocks:
              residual:
                layers:
                  body: [tanh, relu]
                  sum: {add: [body, input]}
            layers: {stem: relu6, res: residual}
        """
        assert wiring(text)["res.sum"] == ["res.body.1", "stem"]

    def test_blocks_use_blocks_in_any_order(self):
        text = """
            blocks:
              outer: {params: {width: }, layers: [{inner: $(2 * width)}]}
              inner: {params: {width: }, layers: [{conv: $width, kernel: 1}]}
            layers: [{outer: 4}]
        """
        assert last(text).path == "0.0.0"
        assert last(text).shape == (8, 32, 32)

    def test_the_files_parameters_are_seen_inside_and_hidden_by_the_blocks_own(self):
        text = """
            params: {width: 5, classes: 7}
            blocks:
              b:
                params: {width: }
                layers: [{conv: $width, kernel: 1}, {conv: $classes, kernel: 1}]
            layers: [{b: 9}, {conv: $width, kernel: 1}]
        """
        assert [node.shape[0] for node in graph(text).nodes] == [9, 7, 5]

    def test_a_blocks_parameters_are_not_seen_in_the_blocks_it_uses(self):
        text = """
            blocks:
              outer: {params: {width: }, layers: [inner, {conv: $width, kernel: 1}]}
              inner: {layers: [{conv: $width, kernel: 1}]}
            layers: [{outer: 4}]
        """
        assert told(text) == [("AR303", "width")]

    def test_an_inline_block_joins_the_parent(self):
        text = """
            blocks: {pair: {inline: true, layers: [tanh, relu, {add: [0, 1]}]}}
            layers: [pair, relu6, pair]
        """
        assert wiring(text) == {
            "0": ["input"],
            "1": ["0"],
            "2": ["0", "1"],
            "3": ["2"],
            "4": ["3"],
            "5": ["4"],
            "6": ["4", "5"],
        }

    def test_arguments_that_do_not_fit(self):
        assert told(BLOCK + "layers: [conv_act]") == [("AR202", "conv_act")]
        assert told(BLOCK + "layers: [{conv_act: [1, 2, 3, 4]}]") == [("AR307", "[1, 2, 3, 4]")]
        assert told(BLOCK + "layers: [{conv_act: [8, 3], kernel: 3}]") == [("AR308", "kernel")]
        assert told(BLOCK + "layers: [{conv_act: 8, kernl: 3}]") == [("AR201", "kernl")]

    def test_a_block_that_uses_itself(self):
        assert told("blocks: {a: {layers: [a]}}\nlayers: [a]") == [("AR209", "a")]
        text = "blocks: {a: {layers: [b]}, b: {layers: [relu, {a: }]}}\nlayers: [b]"
        assert told(text) == [("AR209", "a")]

    def test_names_of_blocks(self):
        assert told("blocks: {relu: {layers: [tanh]}}\nlayers: [relu]") == [("AR208", "relu")]
        assert told("blocks: {a b: {layers: [tanh]}}\nlayers: [relu]") == [("AR206", "a b")]

    def test_a_parameter_may_bear_an_operators_name(self):
        text = "blocks: {b: {params: {conv: 3}, layers: [{conv: $conv, kernel: 1}]}}\n"
        assert last(text + "layers: [{b: , conv: 4}]").shape == (4, 32, 32)


class TestRepeat:
    def test_an_operator(self):
        assert wiring("layers: {a: {repeat: 3, relu: }}") == {
            "a.0": ["input"],
            "a.1": ["a.0"],
            "a.2": ["a.1"],
        }

    def test_a_body(self):
        text = "layers: {a: {repeat: 2, layers: [tanh, relu]}}"
        assert paths(text) == ["a.0.0", "a.0.1", "a.1.0", "a.1.1"]

    def test_a_block(self):
        text = BLOCK + "layers: {a: {repeat: 2, conv_act: 8}}"
        assert paths(text) == ["a.0.0", "a.0.1", "a.1.0", "a.1.1"]

    def test_branches(self):
        text = "layers: {a: {repeat: 2, branches: {x: relu, y: tanh}, join: add}}"
        assert wiring(text)["a.1.x"] == ["a.0.join"]

    def test_inline_operators_and_blocks_become_children_of_the_parent(self):
        assert paths("layers: [tanh, {repeat: 2, inline: true, relu: }]") == ["0", "1", "2"]
        text = BLOCK + "layers: [tanh, {repeat: 2, inline: true, conv_act: 8}]"
        assert paths(text) == ["0", "1.0", "1.1", "2.0", "2.1"]

    def test_inline_bodies_dissolve_into_the_parent(self):
        text = "layers: [{repeat: 2, inline: true, layers: [tanh, relu]}, relu6]"
        assert paths(text) == ["0", "1", "2", "3", "4"]

    def test_only_the_first_reads_what_from_names(self):
        text = "layers: {a: tanh, b: {from: input, repeat: 2, relu: }, c: {add: [a, b]}}"
        assert wiring(text)["b.0"] == ["input"]
        assert wiring(text)["b.1"] == ["b.0"]
        assert wiring(text)["c"] == ["a", "b.1"]

    def test_shapes_go_from_one_to_the_next(self):
        text = "layers: {a: {repeat: 3, conv: $(2 * in_channels), kernel: 1}}"
        assert [node.shape[0] for node in graph(text).nodes] == [6, 12, 24]

    @pytest.mark.parametrize("count", ["-1", "1.5", "true", "many"])
    def test_the_count_is_a_whole_number(self, count):
        assert told(f"layers: {{a: {{repeat: {count}, relu: }}}}") == [("AR301", count)]

    def test_none_is_a_node_that_is_not_there(self):
        assert wiring("layers: {a: tanh, b: {repeat: 0, relu: }, c: {add: [a, b]}}") == {
            "a": ["input"],
            "c": ["a", "a"],
        }
        assert paths("layers: [tanh, {repeat: 0, layers: [relu]}, relu6]") == ["0", "1"]
        assert paths(BLOCK + "layers: [tanh, {repeat: $(1 - 1), inline: true, conv_act: 8}]") == [
            "0"
        ]

    def test_the_count_can_be_computed(self):
        text = "params: {n: 2}\nlayers: {a: {repeat: $(n + 1), relu: }}"
        assert len(paths(text)) == 3
        assert len(paths(text, n=4)) == 5

    def test_index_is_the_number_of_the_copy(self):
        text = "layers: {a: {repeat: 3, conv: $(4 * (index + 1)), kernel: 1}}"
        assert [node.shape[0] for node in graph(text).nodes] == [4, 8, 12]

    def test_index_is_known_in_a_repeated_body_and_is_that_of_the_inner_repetition(self):
        text = """
            layers:
              a:
                repeat: 2
                layers:
                  - {conv: $(index + 1), kernel: 1}
                  - {repeat: 2, conv: $(10 + index), kernel: 1}
                  - {layers: [{conv: $(index + 5), kernel: 1}]}
        """
        assert [n.shape[0] for n in graph(text).nodes] == [1, 10, 11, 5, 2, 10, 11, 6]

    def test_a_block_gets_index_as_an_argument(self):
        text = BLOCK + "layers: {a: {repeat: 3, conv_act: $(2 + index)}}"
        assert [n.shape[0] for n in graph(text).nodes] == [2, 2, 3, 3, 4, 4]
        inside = "blocks: {b: {layers: [{conv: $index, kernel: 1}]}}\nlayers: [{repeat: 2, b: }]"
        assert told(inside) == [("AR303", "index")]

    def test_an_if_that_asks_for_index_is_one_of_each_copy(self):
        text = "layers: {a: {repeat: 4, if: $(index % 2 == 1), conv: $(index + 1), kernel: 1}}"
        assert [(n.path, n.shape[0]) for n in graph(text).nodes] == [("a.0", 2), ("a.1", 4)]

    def test_any_other_if_is_one_of_all_copies(self):
        text = "layers: {a: {repeat: 2, if: $(in_channels == 3), conv: 8, kernel: 1}}"
        assert paths(text) == ["a.0", "a.1"]

    def test_a_parameter_may_be_called_index(self):
        layer = "{repeat: 2, if: $(index > 4), conv: $index, kernel: 1}"
        text = f"params: {{index: 5}}\nlayers: {{a: {layer}}}"
        assert [node.shape[0] for node in graph(text).nodes] == [5, 5]

    def test_as_names_the_copies(self):
        text = "layers: {a: {repeat: 2, as: part$(index + 1), relu: }, b: {add: [a, input]}}"
        assert wiring(text) == {
            "a.part1": ["input"],
            "a.part2": ["a.part1"],
            "b": ["a.part2", "input"],
        }
        text = "params: {s: left}\nlayers: {a: {repeat: 2, as: $s_$index, relu: }}"
        assert told(text)[0] == ("AR303", "s_")
        assert paths(text.replace("$s_", "$(s)_")) == ["a.left_0", "a.left_1"]

    def test_as_of_inlined_copies_makes_names_that_later_nodes_know(self):
        copies = "{repeat: 2, inline: true, as: s$index, conv_act: 4}"
        text = f"{BLOCK}layers: {{a: {copies}, b: {{concat: [s0, s1]}}}}"
        assert wiring(text)["b"] == ["s0.1", "s1.1"]

    @pytest.mark.parametrize(
        ("layer", "found"),
        [
            ("{repeat: 2, as: same, relu: }", ("AR301", "same")),
            ("{repeat: 2, as: [a], relu: }", ("AR301", "[a]")),
            ("{repeat: 2, as: , relu: }", ("AR301", "")),
            ("{repeat: 2, as: 3$index, relu: }", ("AR206", "3$index")),
            ("{repeat: 2, as: a$(index / 2), relu: }", ("AR301", "a$(index / 2)")),
            ("{repeat: 2, as: a$(true), relu: }", ("AR301", "a$(true)")),
            ("{repeat: 2, as: a$-, relu: }", ("AR302", "$-")),
            ("{repeat: 2, as: 'a$(index', relu: }", ("AR305", "'a$(index'")),
            ("{as: a$x, relu: }", ("AR201", "as")),
            ("{repeat: 2, inline: true, as: a$index, layers: {x: relu}}", ("AR201", "as")),
            ("{conv: $index, kernel: 1}", ("AR303", "index")),
        ],
    )
    def test_what_is_wrong_about_it(self, layer, found):
        assert told(f"layers: {{a: {layer}}}")[0] == found

    def test_names_have_no_effect_in_a_list(self):
        text = "layers: [{repeat: 2, inline: true, as: a$index, relu: }]"
        assert told(text) == [("AR201", "a$index")]

    def test_too_many_are_reported_before_anything_is_expanded(self):
        text = "layers: {a: {repeat: 1000, layers: [{repeat: 1000, layers: [relu, tanh]}]}}"
        assert told(text) == [("AR210", "1000")]


class TestInline:
    def test_children_join_a_list_and_all_are_numbered_anew(self):
        text = """
            layers:
              - {inline: true, layers: [tanh, {inline: true, layers: {x: relu, y: relu6}}]}
              - {conv: 4, kernel: 1}
        """
        assert paths(text) == ["0", "1", "2", "3"]

    def test_vgg16s_stages(self):
        text = """
            blocks:
              stage:
                params: {convs: }
                inline: true
                layers:
                  - {repeat: $convs, inline: true, layers: [{conv: 8, kernel: 3, padding: 1}, relu]}
                  - {max_pool: 2}
            layers: {features: [{stage: 2}, {stage: 2}, {stage: 3}, {stage: 3}, {stage: 3}]}
        """
        convs = [n.path for n in graph(text).nodes if n.operator.name == "conv"]
        numbers = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
        assert convs == [f"features.{number}" for number in numbers]

    def test_numbers_in_a_list_count_what_was_inlined_before(self):
        text = "layers: [tanh, {inline: true, layers: [relu, relu6]}, {add: [0, 2]}]"
        assert wiring(text)["3"] == ["0", "2"]

    def test_numbers_inside_count_from_its_own_first_child(self):
        text = "layers: [tanh, {repeat: 2, inline: true, layers: [tanh, relu, {add: [0, 1]}]}]"
        assert wiring(text)["3"] == ["1", "2"]
        assert wiring(text)["6"] == ["4", "5"]

    def test_in_a_named_body_the_whole_is_read_by_the_name_it_was_given(self):
        text = "layers: {a: {inline: true, layers: {x: tanh, y: relu}}, z: {add: [a, input]}}"
        assert wiring(text) == {"x": ["input"], "y": ["x"], "z": ["y", "input"]}

    def test_collisions(self):
        text = "layers: {x: tanh, a: {inline: true, layers: {x: relu}}}"
        assert told(text) == [("AR208", "x")]
        text = "layers: {a: {repeat: 2, inline: true, layers: {x: relu}}}"
        assert told(text) == [("AR208", "x")]
        text = "layers: {a: {inline: true, layers: [relu]}}"
        assert told(text) == [("AR208", "relu")]


class TestIf:
    def test_true_is_as_if_it_were_not_there(self):
        assert wiring("layers: {a: {if: true, tanh: }, b: relu}") == wiring(
            "layers: {a: tanh, b: relu}"
        )

    def test_false_hands_the_input_on(self):
        text = "layers: {a: tanh, b: {if: false, relu: }, c: {add: [a, b]}}"
        assert wiring(text) == {"a": ["input"], "c": ["a", "a"]}
        text = "layers: {a: tanh, b: {if: false, from: input, relu: }, c: {add: [a, b]}}"
        assert wiring(text)["c"] == ["a", "input"]

    def test_in_a_list_what_is_left_out_has_no_number(self):
        assert paths("layers: [{if: false, tanh: }, relu]") == ["0"]

    def test_of_a_join_it_asks_about_the_node_before(self):
        text = """
            layers:
              narrow: {conv: 2, kernel: 1}
              wide: {conv: 8, kernel: 1, from: input}
              both: {concat: [narrow, wide], if: $(in_channels == CHANNELS)}
              out: {concat: [both, narrow]}
        """
        assert wiring(text.replace("CHANNELS", "8"))["out"] == ["both", "narrow"]
        for channels in ("2", "3", "10"):
            assert wiring(text.replace("CHANNELS", channels))["out"] == ["wide", "narrow"]

    def test_it_may_ask_for_what_is_read(self):
        text = """
            params: {width: 3}
            layers:
              project: {if: $(in_channels != width), conv: $width, kernel: 1}
              act: relu
        """
        assert paths(text) == ["act"]
        assert paths(text, width=4) == ["project", "act"]

    def test_it_holds_for_blocks_bodies_and_repetitions(self):
        text = (
            BLOCK
            + "layers: {a: {if: false, conv_act: 8}, b: {if: false, repeat: 2, tanh: }, c: relu}"
        )
        checked = run(text)
        assert [node.path for node in checked.network.nodes] == ["c"]
        assert not checked.diagnostics.errors

    def test_it_is_true_or_false(self):
        assert told("layers: {a: {if: 1, relu: }}") == [("AR301", "1")]
        assert told("layers: {a: {if: $(in_channels), relu: }}") == [("AR301", "$(in_channels)")]


def value_of(expression: str, **params):
    """Return what an expression comes to where a file asks for it as a parameter's default."""
    declared = {
        "a": 7,
        "b": 2,
        "yes": True,
        "word": "same",
        "pair": [1, 2],
        "lists": [1, [3]],
        **params,
    }
    spec = {
        "archc": 1,
        "input": [3, 8, 4],
        "params": {**declared, "result": expression},
        "layers": ["relu"],
    }
    checked = check(spec)
    assert checked.diagnostics.errors == []
    return checked.network.params["result"]


class TestExpressions:
    @pytest.mark.parametrize(
        ("expression", "value"),
        [
            ("$a", 7),
            ("$(a)", 7),
            ("$(a + b * 3)", 13),
            ("$((a + b) * 3)", 27),
            ("$(a - b - 1)", 4),
            ("$(-a + +b)", -5),
            ("$(a // b)", 3),
            ("$(-a // b)", -4),
            ("$(a % b)", 1),
            ("$(-1 % 3)", 2),
            ("$(1.5 * b)", 3.0),
            ("$(1e2 + .5)", 100.5),
            ("$(min(a, b))", 2),
            ("$(max(a, b, 3 * b, 1))", 7),
            ("$word", "same"),
            ("$pair", (1, 2)),
            ("$(a if yes else b)", 7),
            ("$(a if not yes else b)", 2),
            ("$(a // 0 if not yes else b)", 2),  # only what is chosen is evaluated
            ("$(1 if not yes else 2 if yes else 3)", 2),
            ("$((a if yes else b) + 1)", 8),
            ("$(a if yes else b + 1)", 7),
            ("$(word if a == 7 else b)", "same"),
            ("$('other' if yes else word)", "other"),
            ("$(floor(a / b))", 3),
            ("$(ceil(a / b))", 4),
            ("$(floor(-a / b))", -4),
            ("$(floor(a))", 7),
            ("$(round(2.5))", 2),  # half to even, as in Python
            ("$(round(3.5))", 4),
            ("$(round(a))", 7),
            ("$(multiple(32 * 1.4, 8))", 48),
            ("$(multiple(17, 8))", 16),
            ("$(multiple(10, 8))", 16),  # 8 is more than a tenth below
            ("$(multiple(3, 8))", 8),
            ("$(pair + 1)", (2, 3)),
            ("$(pair * pair)", (1, 4)),
            ("$(10 - pair)", (9, 8)),
            ("$(pair // 2)", (0, 1)),
            ("$(-pair)", (-1, -2)),
            ("$(pair.1)", 2),
            ("$pair.0", 1),
            ("$(lists.1.0)", 3),
            ("$(len(pair))", 2),
            ("$(sum(pair))", 3),
        ],
    )
    def test_arithmetic(self, expression, value):
        assert value_of(expression) == value
        assert type(value_of(expression)) is type(value)

    def test_a_division_that_comes_out_even_is_whole(self):
        assert value_of("$(8 / b)") == 4
        assert type(value_of("$(8 / b)")) is int
        assert value_of("$(a / b)") == 3.5

    @pytest.mark.parametrize(
        ("expression", "value"),
        [
            ("$(a == 7)", True),
            ("$(a != 7)", False),
            ("$(a < b)", False),
            ("$(a <= 7)", True),
            ("$(a > b)", True),
            ("$(a >= 8)", False),
            ("$(1 < b < 3)", True),
            ("$(1 < b < 2)", False),
            ("$(not yes)", False),
            ("$(not yes and yes)", False),
            ("$(not (yes and yes))", False),
            ("$(a == 7 and b == 2)", True),
            ("$(yes or a // 0 == 1)", True),
            ("$(false and a // 0 == 1)", False),
            ("$(false or true)", True),
            ("$(true or true and false)", True),
            ("$(not a == 7)", False),
            ("$(word == 'same')", True),
            ('$(word != "same")', False),
            ("$(a == 'same')", False),
            ("$(pair == pair)", True),
            ("$(a + 1 == 4 * b)", True),
            ("$(word == word)", True),
            ("$(yes == 1)", False),
            ("$(yes != 1)", True),
        ],
    )
    def test_truth(self, expression, value):
        assert value_of(expression) is value

    def test_the_shape_that_is_read(self):
        text = "layers: [{conv: $(in_channels * in_height + in_width), kernel: 1}]"
        assert last(text).shape == (3 * 32 + 32, 32, 32)
        assert last("layers: [flatten, {linear: $(in_features // 2)}]").shape == (1536,)

    def test_it_is_what_the_node_reads_after_from(self):
        text = """
            layers:
              a: {conv: 8, kernel: 1}
              b: {from: input, conv: $in_channels, kernel: 1}
              c: {concat: [a, b]}
        """
        assert last(text).shape == (11, 32, 32)

    def test_inputs_size_is_that_of_the_block_wherever_the_line_stands(self):
        text = """
            blocks:
              b:
                layers:
                  wide: {conv: $(2 * in_channels), kernel: 1}
                  body: [{conv: $(in_channels + input.channels), kernel: 3}, relu]
                  sum: {if: $(in_channels == input.channels), add: [input, body]}
            layers: [{conv: 4, kernel: 1}, b, {conv: $(input.channels * input.height), kernel: 1}]
        """
        assert [n.shape[0] for n in graph(text).nodes] == [4, 8, 12, 12, 3 * 32]
        assert last("layers: [flatten, {linear: $input.width}]").shape == (32,)
        assert last("layers: [{linear: $(2 * input.features)}]", "input: [4]").shape == (8,)

    def test_a_blocks_default_may_use_what_the_block_reads(self):
        text = """
            blocks:
              b:
                params: {ratio: 2, inner: $(in_channels // ratio), same: $input.channels}
                layers: [{conv: $inner, kernel: 1}, {conv: $same, kernel: 1}]
            layers: [{conv: 16, kernel: 1}, b, {b: 4}]
        """
        assert [n.shape[0] for n in graph(text).nodes] == [16, 8, 16, 4, 16]

    def test_a_files_parameters_read_nothing(self):
        for name in ("in_channels", "input.channels"):
            assert told(f"params: {{a: ${name}}}\nlayers: [{{conv: $a, kernel: 1}}]") == [
                ("AR303", name)
            ]

    def test_a_parameter_may_bear_the_name_of_a_function(self):
        text = "params: {round: 4, len: 2}\nlayers: [{conv: $(round(round / len)), kernel: 1}]"
        assert last(text).shape == (2, 32, 32)

    def test_in_a_blocks_arguments_it_is_what_the_use_reads(self):
        text = """
            blocks:
              b: {params: {width: }, layers: [{conv: 8, kernel: 1}, {conv: $width, kernel: 1}]}
            layers: [{b: $(2 * in_channels)}]
        """
        assert last(text).shape == (6, 32, 32)

    def test_in_a_list_too(self):
        assert last("layers: [{max_pool: [$(1 + 1), 4]}]").shape == (3, 16, 8)

    def test_quotes_are_needed_at_commas_only(self):
        assert last('layers: [{conv: "$(min(8, 9))", kernel: 1}]').shape == (8, 32, 32)
        text = """
            layers:
              - conv: $(min(8, 9))
                kernel: 1
        """
        assert last(text).shape == (8, 32, 32)

    @pytest.mark.parametrize(
        ("layer", "piece"),
        [
            ("{conv: $(min(8, 9)), kernel: 1}", "$(min(8"),
            ("{conv: 8, kernel: $(min(1), 3)}", "$(min(1)"),
            ("{conv_act: $(min(8, 9)), kernel: 1}", "$(min(8"),
            ("{conv_act: [$(min(8, 9)), 3]}", "$(min(8"),
            ("{conv_act: 8, kernel: $(max(1, 3))}", "$(max(1"),
            ("{conv: $(8, kernel: 1}", "$(8"),
        ],
    )
    def test_an_expression_cut_at_a_comma_is_one_mistake(self, layer, piece):
        assert told(f"{BLOCK}layers: [{{conv_act: 8}}, {layer}]") == [("AR305", piece)]

    @pytest.mark.parametrize(
        ("expression", "piece"),
        [
            ("$", "$"),
            ("$a+b", "$a+b"),
            ("$a.b", "a.b"),
            ("$a.", "$a."),
            ("$()", ")"),
            ("$(2 ** 3)", "**"),
            ("$(a b)", "b"),
            ("$(a +)", ")"),
            ("$(a))", ")"),
            ("$(abs(a))", "abs"),
            ("$(a if b)", ")"),
            ("$(a if else b)", "else"),
            ("$(a else b)", "else"),
            ("$(a.real)", "a.real"),
            ("$(a.-1)", "."),
            ("$(floor())", ")"),
            ("$(floor(a, b))", "floor"),
            ("$(multiple(a))", "multiple"),
            ("$(a == 'b)", "'"),
            ("$(0x10)", "x10"),
            ("$(99999999999999999999)", "99999999999999999999"),
        ],
    )
    def test_nothing_else_is_an_expression(self, expression, piece):
        text = f"params: {{a: 1, b: 2}}\nlayers:\n  - conv: {expression}\n    kernel: 1"
        errors = run(text).diagnostics.errors
        assert [(d.problem.code, excerpt(d)) for d in errors] == [("AR302", piece)]

    def test_a_name_that_no_parameter_has(self):
        assert told("layers: [{conv: $(2 * widht), kernel: 1}]") == [("AR303", "widht")]

    @pytest.mark.parametrize(
        "expression",
        [
            "$(a // 0)",
            "$(a / 0)",
            "$(a % 0)",
            "$(word + 1)",
            "$(word < 1)",
            "$(yes + 1)",
            "$(min(yes, a))",
            "$(not a)",
            "$(a or yes)",
            "$(yes and a)",
            "$(9223372036854775807 * a)",
            "$(9223372036854775807 * pair)",
            "$(a if a else a)",
            "$(floor(word))",
            "$(round(pair))",
            "$(multiple(a, 0))",
            "$(multiple(a, 1.5))",
            "$(len(a))",
            "$(sum(a))",
            "$(sum(words))",
            "$(a.0)",
            "$(pair.2)",
            "$(pair * triple)",
            "$(triple + 1)",
            "$(pair // 0)",
            "$input.features",
            "$in_features",
        ],
    )
    def test_some_have_no_value(self, expression):
        lists = "pair: [1, 2], triple: [1, 2, 3], words: [a, b]"
        params = f"params: {{a: 7, yes: true, word: same, {lists}}}"
        found = run(f"{params}\nlayers:\n  - conv: {expression}\n    kernel: 1").diagnostics.errors
        assert [(d.problem.code, excerpt(d)) for d in found] == [("AR304", expression)]

    def test_a_value_that_does_not_fit_is_shown_with_its_expression(self):
        (found,) = run("params: {a: 7}\nlayers: [{conv: $(a / 2), kernel: 1}]").diagnostics
        assert found.problem.code == "AR301"
        assert found.problem.value == "`$(a / 2)` = `3.5`"


class TestParams:
    TEXT = """
        params: {width: 8, double: $(2 * width), rate: 0.5, on: true, pad: same, kernel: [1, 3]}
        layers:
          - {conv: $double, kernel: $kernel, padding: $pad}
          - {dropout: $rate}
          - {if: $on, conv: $width, kernel: 1}
    """

    def test_a_default_may_name_those_before_it(self):
        assert graph(self.TEXT).params == {
            "width": 8,
            "double": 16,
            "rate": 0.5,
            "on": True,
            "pad": "same",
            "kernel": (1, 3),
        }
        assert told("params: {a: $b, b: 3}\nlayers: [{conv: $(a + b), kernel: 1}]") == [
            ("AR303", "b")
        ]

    def test_values_of_a_call_take_their_place(self):
        found = graph(self.TEXT, width=5, pad="valid", kernel=[3, 3])
        assert found.nodes[0].shape == (10, 30, 30)
        assert found.params["double"] == 10

    def test_the_command_lines_are_texts_that_the_default_says_how_to_read(self):
        given = {"width": "0x10", "rate": ".25", "on": "false", "pad": "valid", "kernel": "[3, 3]"}
        found = graph(self.TEXT, **{name: Text(text) for name, text in given.items()})
        assert found.params == {
            "width": 16,
            "double": 32,
            "rate": 0.25,
            "on": False,
            "pad": "valid",
            "kernel": (3, 3),
        }

    def test_where_the_default_is_a_word_the_text_is_one(self):
        text = "params: {pad: same}\nlayers: [{conv: 3, kernel: 3, padding: $pad}]"
        assert told(text, pad=Text("1")) == [("AR301", "$pad")]

    def test_one_without_a_default_must_be_given(self):
        text = "params: {width: }\nlayers: [{conv: $width, kernel: 1}]"
        assert told(text) == [("AR202", "width")]
        assert last(text, width=4).shape == (4, 32, 32)

    def test_overrides_that_cannot_be(self):
        (found,) = run(self.TEXT, wdth=4).diagnostics
        assert str(found.span) == "<arguments>:1:1"
        for text, code in {"": "AR301", "[1": "AR103", "{a: 1}": "AR203", "$on": "AR303"}.items():
            (found,) = run(self.TEXT, width=Text(text)).diagnostics
            assert found.problem.code == code
            assert found.span.source.name == "-p"

    def test_they_reach_the_input(self):
        text = "params: {size: 8}\nlayers: [relu]"
        assert last(text, "input: [3, $size, $(2 * size)]").shape == (3, 8, 16)

    @pytest.mark.parametrize(
        "name", ["from", "layers", "class", "in_channels", "input", "_x", "a-b"]
    )
    def test_names_they_cannot_have(self, name):
        assert told(f"params: {{{name}: 3}}\nlayers: [relu]") == [("AR206", name)]


class TestDefaults:
    def test_they_hold_for_every_layer_of_the_file(self):
        text = """
            defaults: {conv: {kernel: 3, bias: false}}
            blocks: {b: {layers: [{conv: 4}]}}
            layers: [{conv: 8}, b]
        """
        assert [n.operator.bias for n in graph(text).nodes] == [False, False]
        assert last(text).shape == (4, 28, 28)

    def test_a_layer_overrides_them(self):
        text = (
            "defaults: {conv: {kernel: 3, bias: false}}\nlayers: [{conv: 8, kernel: 1, bias: true}]"
        )
        assert last(text).shape == (8, 32, 32)
        assert last(text).operator.bias is True

    def test_they_may_be_computed_from_the_files_parameters(self):
        text = "params: {g: 3}\ndefaults: {conv: {groups: $g}}\nlayers: [{conv: 6, kernel: 1}]"
        assert last(text).operator.groups == 3

    def test_what_they_cannot_be(self):
        assert told("defaults: {cnv: {}}\nlayers: [relu]") == [("AR204", "cnv")]
        assert told("defaults: {conv: {channels: 3}}\nlayers: [relu]") == [("AR201", "channels")]
        text = "defaults: {conv: {bias: 3}}\nlayers: [{conv: 3, kernel: 1}]"
        assert told(text) == [("AR301", "3")]


class TestInit:
    def test_the_files_scheme_goes_to_convolutions_and_linear_layers(self):
        text = """
            init: {kaiming_normal: {mode: fan_in, nonlinearity: relu}}
            layers: [{conv: 8, kernel: 3}, batch_norm, prelu, flatten, {linear: 2}]
        """
        found = [node.init and node.init.scheme for node in graph(text).nodes]
        assert found == ["kaiming_normal", None, None, None, "kaiming_normal"]
        assert dict(graph(text).nodes[0].init.settings) == {
            "mode": "fan_in",
            "nonlinearity": "relu",
        }

    def test_a_layers_own_comes_first(self):
        text = """
            init: xavier_normal
            layers: [{conv: 8, kernel: 3, init: {normal: {std: 0.01}}}, {batch_norm: , init: ones}]
        """
        assert [node.init.scheme for node in graph(text).nodes] == ["normal", "ones"]

    def test_schemes_that_cannot_fill(self):
        assert told("layers: [{relu: , init: zeros}]") == [("AR406", "zeros")]
        assert told("layers: [{batch_norm: , init: xavier_normal}]") == [("AR406", "xavier_normal")]
        assert told("layers: [{conv: 8, kernel: 1, init: eye}]") == [("AR406", "eye")]
        assert told("init: dirac\nlayers: [flatten, {linear: 2}]") == [("AR406", "dirac")]
        text = "layers: [{conv: 8, kernel: 1, init: {dirac: {groups: 3}}}]"
        assert told(text) == [("AR406", "dirac")]

    @pytest.mark.parametrize(
        ("init", "code", "piece"),
        [
            ("he_normal", "AR201", "he_normal"),
            ("{kaiming_normal: {fan: in}}", "AR201", "fan"),
            ("{kaiming_normal: {mode: fan}}", "AR301", "fan"),
            ("{normal: 0.1}", "AR203", "0.1"),
            ("{constant: }", "AR202", "constant"),
            ("{sparse: {sparsity: 1.5}}", "AR301", "1.5"),
            ("[zeros]", "AR203", "[zeros]"),
            ("{ones: , zeros: }", "AR201", "zeros"),
        ],
    )
    def test_what_it_cannot_be(self, init, code, piece):
        assert told(f"init: {init}\nlayers: [{{conv: 8, kernel: 1}}]") == [(code, piece)]


HEADED = """
layers:
  stem: {conv: 8, kernel: 3}
  act: relu
"""


class TestAuxiliary:
    def test_heads_read_a_node_of_the_chain_and_come_last(self):
        text = HEADED + (
            "auxiliary:\n"
            "  early: {from: stem, layers: [flatten, {linear: 2}], loss_weight: 0.3}\n"
            "  late: {from: act, flatten: }\n"
        )
        found = graph(text)
        assert found.outputs[""].path == "act"
        heads = [(h.name, h.source.path, h.exit.path, h.loss_weight) for h in found.heads]
        assert heads == [("early", "stem", "early.1", 0.3), ("late", "act", "late", 1.0)]
        assert [n.path for n in found.nodes if n in found.auxiliary] == [
            "early.0",
            "early.1",
            "late",
        ]

    def test_one_whose_if_is_false_is_left_out(self):
        text = (
            HEADED + "auxiliary: {head: {from: stem, if: $heads, flatten: }}\nparams: {heads: true}"
        )
        assert len(graph(text).heads) == 1
        assert graph(text, heads=False).heads == []

    def test_what_cannot_be_a_head(self):
        assert told(HEADED + "auxiliary: {head: flatten}") == [("AR202", "head")]
        assert told(HEADED + "auxiliary: {head: {from: nil, relu: }}") == [("AR306", "nil")]
        assert told(HEADED + "auxiliary: {act: {from: stem, relu: }}") == [("AR208", "act")]
        join = "auxiliary: {head: {from: stem, add: [stem, act]}}"
        assert told(HEADED + join) == [("AR203", "head")]
        inline = "auxiliary: {head: {from: stem, inline: true, layers: [relu]}}"
        assert told(HEADED + inline) == [("AR203", "head")]

    def test_heads_read_the_chain_not_each_other(self):
        text = HEADED + "auxiliary: {one: {from: stem, relu: }, two: {from: one, relu: }}"
        assert told(text) == [("AR306", "one")]

    @pytest.mark.parametrize("weight", ["-1", "true", "half", "$x", ".inf"])
    def test_the_weight_is_a_number(self, weight):
        text = HEADED + f"auxiliary: {{head: {{from: stem, relu: , loss_weight: {weight}}}}}"
        assert told(text) == [("AR301", weight)]


class TestOutputs:
    def test_without_it_the_last_node_is_the_output(self):
        assert [(k, n.path) for k, n in graph(HEADED).outputs.items()] == [("", "act")]

    def test_several_by_name(self):
        found = graph(HEADED + "outputs: {features: stem, logits: act}")
        assert {k: n.path for k, n in found.outputs.items()} == {
            "features": "stem",
            "logits": "act",
        }

    def test_a_scope_is_what_it_returns(self):
        found = graph("layers: {a: [tanh, relu]}\noutputs: {x: a, y: input}")
        assert {k: n.path for k, n in found.outputs.items()} == {"x": "a.1", "y": "input"}

    def test_what_is_no_output_and_read_by_nothing_is_reported(self):
        assert told(HEADED + "outputs: {x: stem}") == [("AR212", "relu")]

    def test_what_it_cannot_be(self):
        assert told(HEADED + "outputs: {x: nil}") == [("AR306", "nil")]
        assert told(HEADED + "outputs: [act]") == [("AR203", "[act]")]
        assert told(HEADED + "outputs: {a b: act}") == [("AR206", "a b")]
        heads = "auxiliary: {h: {from: stem, relu: }}\noutputs: {h: act}"
        assert told(HEADED + heads) == [("AR208", "act")]


class TestRounding:
    UNEVEN = "layers: [{conv: 4, kernel: 3, stride: 2}, {max_pool: 2, stride: 3}]"

    def test_by_default_the_floor_is_taken_and_noted(self):
        checked = run(self.UNEVEN)
        assert [n.shape for n in checked.sound.nodes] == [(4, 15, 15), (4, 5, 5)]
        assert [(d.problem.code, d.severity) for d in checked.diagnostics] == [
            ("AR404", "note")
        ] * 2

    def test_strict_makes_each_an_error(self):
        text = f"archc: 1\ninput: [3, 32, 32]\n{self.UNEVEN}"
        assert [d.problem.code for d in check(text, strict=True).diagnostics.errors] == [
            "AR404"
        ] * 2

    def test_so_does_the_file(self):
        checked = run("rounding: exact\n" + self.UNEVEN)
        assert checked.sound is None
        assert len(checked.diagnostics.errors) == 2
        assert not run("rounding: floor\n" + self.UNEVEN).diagnostics.errors
        assert told("rounding: up\nlayers: [relu]") == [("AR301", "up")]

    def test_ceil_mode_leaves_nothing_unread(self):
        assert last("layers: [{max_pool: 3, stride: 2, ceil_mode: true}]").shape == (3, 16, 16)


class TestUnused:
    def test_blocks_parameters_and_defaults(self):
        text = """
            params: {used: 3, idle: 4}
            defaults: {tanh: {}, conv: {bias: false}}
            blocks:
              idler: {layers: [relu]}
              busy: {params: {width: , spare: 1}, layers: [{conv: $width, kernel: 1}]}
            layers: [{busy: $used}]
        """
        assert told(text) == [
            ("AR211", "idle"),
            ("AR211", "tanh"),
            ("AR211", "idler"),
            ("AR211", "spare"),
        ]

    def test_warnings_leave_the_graph_sound(self):
        assert run("params: {idle: 4}\nlayers: [relu]").sound is not None

    def test_they_are_silent_while_there_are_errors(self):
        assert told("params: {idle: 4}\nlayers: [rlu]") == [("AR204", "rlu")]


class TestFile:
    def test_what_must_be_there_is_reported_together(self):
        (found,) = check({}).diagnostics
        assert (found.problem.code, found.problem.keys) == ("AR202", ("archc", "input", "layers"))
        (found,) = check("archc: 1\ninput: [3]\n").diagnostics
        assert found.problem.keys == ("layers",)

    def test_misspelt_keys(self):
        assert told("lyaers: [relu]") == [("AR201", "lyaers")]
        assert told("layers: [relu]\nclasses: 3") == [("AR201", "classes")]

    @pytest.mark.parametrize("version", ["2", "'1'", "true", "1.1"])
    def test_the_version_is_one(self, version):
        (found,) = check(f"archc: {version}\ninput: [3]\nlayers: [relu]").diagnostics
        assert found.problem.code == "AR207"

    @pytest.mark.parametrize(
        ("sizes", "code"),
        [
            ("3", "AR203"),
            ("[3, 3]", "AR203"),
            ("[1, 3, 8, 8]", "AR203"),
            ("[0]", "AR301"),
            ("[3, 8, true]", "AR301"),
            ("[3, 8, 8.0]", "AR301"),
            ("[3, 8, -1]", "AR301"),
        ],
    )
    def test_the_input_is_a_map_or_a_vector(self, sizes, code):
        (found,) = run("layers: [relu]", f"input: {sizes}").diagnostics
        assert found.problem.code == code

    @pytest.mark.parametrize(("values", "code"), [(10_000, "AR301"), (10_001, "AR203")])
    @pytest.mark.parametrize("opening", ["[", "[[1], ["])
    def test_a_list_in_a_setting_is_bounded(self, values, code, opening):
        count = values - (opening != "[")
        listed = opening + "1, " * (count - 1) + "1" + "]" * (1 + (opening != "["))
        (found,) = run(f"layers: [{{conv: {listed}, kernel: 1}}]").diagnostics
        assert found.problem.code == code

    def test_the_input_can_be_given_from_outside(self):
        text = "archc: 1\ninput: [1, 28, 28]\nlayers: [relu]"
        assert check(text, input_shape=[3, 8, 8]).sound.nodes[0].shape == (3, 8, 8)
        (found,) = check(text, input_shape=[1, 32]).diagnostics
        assert str(found.span) == "--input:1:1"

    @pytest.mark.parametrize("name", ["a/b", "x" * 81, "a\\tb"])
    def test_the_name_is_plain(self, name):
        (found,) = run(f'name: "{name}"\nlayers: [relu]').diagnostics
        assert found.problem.code == "AR206"


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            *("forward", "train", "parameters", "type", "T_destination"),
            *("class", "lambda", "None", "-a", "a b", "1a", "; import os", "__a", "__init__"),
            *("_modules", "_version", "_get_item_by_idx", "1-2", "_", "-"),
            *("self", "torch", "nn", "input", "in_channels"),
        ],
    )
    def test_what_cannot_be_an_attribute(self, name):
        (found,) = run(f'layers: {{"{name}": relu}}').diagnostics
        assert found.problem.code == "AR206"

    @pytest.mark.parametrize(
        "name",
        [
            "from_",
            "x1",
            "größe",
            "relu",
            "layers",
            "join",
            "print",
            "a-b",
            "block1-0",
            "_a",
            "_a-b-",
        ],
    )
    def test_what_can(self, name):
        assert paths(f"layers: {{{name}: relu}}") == [name]

    def test_what_modules_call_their_own_is_reserved(self):
        from torch import nn  # costs seconds: here alone

        own = {name for name in dir(nn.Module()) if not name.startswith("__")}
        assert own <= MODULE_ATTRIBUTES
        containers = {name for kind in (nn.Sequential, nn.ModuleDict) for name in dir(kind())}
        private = {name for name in containers if re.match("_[^_]", name)}
        assert private <= MODULE_ATTRIBUTES

    @pytest.mark.parametrize("name", ["a-b", "_a"])
    def test_only_layers_have_names_that_python_cannot_spell(self, name):
        for text in (
            f"params: {{{name}: 3}}\nlayers: [relu]",
            f"blocks: {{{name}: {{layers: [relu]}}}}\nlayers: [relu]",
            f"layers: {{x: relu}}\nauxiliary: {{{name}: {{from: x, relu: }}}}",
            f"layers: {{x: relu}}\noutputs: {{{name}: x}}",
        ):
            assert ("AR206", name) in told(text)

    def test_what_a_sequential_calls_its_own_is_known(self):
        from torch import nn

        own = {name for name in dir(nn.Sequential()) if not name.startswith("_")}
        assert own - set(dir(nn.Module())) == SEQUENTIAL_ATTRIBUTES

    @pytest.mark.parametrize(
        ("name", "reason", "advised"),
        [
            ("train", "`nn.Module.train` is torch's own", "train_"),
            ("class", "it is a keyword of Python", "class_"),
            ("self", "it has a meaning of its own", "self_"),
            ("ﬁrst", "Python reads it as `first`", "first"),
            ("ｔｒａｉｎ", "Python reads it as `train`", "train_"),
            ("a-b c", "it is not an identifier", "a_b_c"),
            ("3x3", "it is not an identifier", "n3x3"),
            ("__init__", "names that begin with `_` belong to Python and `nn.Module`", "init"),
        ],
    )
    def test_the_advice_is_a_name_that_is_free(self, name, reason, advised):
        (found,) = run(f'layers: {{"{name}": relu}}').diagnostics
        assert found.problem.message() == f"`{name}` is not a valid name: {reason}"
        assert found.problem.help() == f"rename it, for example to `{advised}`"
        assert told(f'layers: {{"{advised}": relu}}') == []

    def test_the_advice_is_not_the_name_of_a_sibling(self):
        (found,) = run("layers: {train: relu, train_: tanh}").diagnostics
        assert found.problem.help() == "rename it, for example to `ntrain`"

    def test_the_advice_for_a_block_is_no_operator(self):
        (found,) = run("blocks: {ｒｅｌｕ: {layers: [tanh]}}\nlayers: [ｒｅｌｕ]").diagnostics
        assert found.problem.help() == "rename it, for example to `relu_`"

    def test_a_name_is_given_once(self):
        assert told("layers: {a: relu, a: tanh}") == [("AR104", "a")]


class TestYaml:
    def test_scalars_are_those_of_yaml_1_2(self):
        text = """
            params: {on: 3, no: 4, y: 5}
            layers: {on: {conv: $on, kernel: 1}, no: {conv: $(no + y), kernel: 1}}
        """
        assert [(n.path, n.shape[0]) for n in graph(text).nodes] == [("on", 3), ("no", 9)]
        assert told("layers: [{conv: 8, kernel: 1, bias: no}]") == [("AR301", "no")]

    @pytest.mark.parametrize(("text", "value"), [("010", 10), ("0o10", 8), ("0x10", 16), ("+8", 8)])
    def test_whole_numbers(self, text, value):
        assert last(f"layers: [{{conv: {text}, kernel: 1}}]").shape == (value, 32, 32)

    @pytest.mark.parametrize("text", ["8.0", "1_000", "'8'", "1e1", "true", "12:30", ".8"])
    def test_what_is_none(self, text):
        assert told(f"layers: [{{conv: {text}, kernel: 1}}]") == [("AR301", text)]

    def test_anchors_and_aliases(self):
        text = "layers: [&c {conv: 8, kernel: 1}, *c, *c]"
        assert paths(text) == ["0", "1", "2"]

    def test_tags_are_refused(self):
        assert told("layers: [!!str relu]") == [("AR105", "!!str relu")]


class TestSources:
    SPEC = "archc: 1\ninput: [3, 8, 8]\nlayers: [relu]\n"

    def test_a_string_with_a_line_break_is_a_spec_any_other_a_path(self):
        assert check(self.SPEC).sound is not None
        (found,) = check("layers: [relu]").diagnostics
        assert found.problem.code == "AR112"

    def test_a_path(self, tmp_path):
        path = tmp_path / "net.yaml"
        path.write_text(self.SPEC)
        assert check(path).sound is not None
        assert check(str(path)).source.name == str(path)

    def test_an_open_file(self, tmp_path):
        assert check(io.StringIO(self.SPEC)).sound is not None
        assert check(io.BytesIO(self.SPEC.encode())).sound is not None
        path = tmp_path / "net.yaml"
        path.write_text(self.SPEC.replace("relu", "rlu"))
        with path.open() as file:
            (found,) = check(file).diagnostics
        assert str(found.span) == f"{path}:3:10"

    def test_a_dict(self):
        spec = {"archc": 1, "input": [3, 8, 8], "layers": {"a": {"conv": 4, "kernel": 1}}}
        assert check(spec).sound.nodes[0].shape == (4, 8, 8)
        assert json.loads(check(spec).source.text) == spec

    @pytest.mark.parametrize("spec", [3, None, ["relu"], b"archc: 1"])
    def test_nothing_else(self, spec):
        with pytest.raises(TypeError):
            check(spec)
