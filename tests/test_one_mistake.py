"""One mistake is one error, at its place; several independent ones are all told in one run."""

import re
from pathlib import Path

import pytest
from marked import HEAD, assert_codes, told, unmark

from archc.pipeline import check

SPECS = sorted(
    path
    for path in (Path(__file__).parents[1] / "specs").rglob("*.yaml")
    if "recipes" not in path.parts
)


def labels(text):
    """Return what the first error says besides: the marked text of each label and its words."""
    (found, *_) = check(text).diagnostics.errors
    return [
        (label.span.source.line(label.span.line)[label.span.column - 1 : label.span.end_column - 1],
         label.span.line, label.text)
        for label in found.labels
    ]  # fmt: skip


# A misspelt key hides what follows from it.


@pytest.mark.parametrize(
    "text",
    [
        "«arch»: 1\ninput: [3, 32, 32]\nlayers: [relu]",
        "archc: 1\n«inptu»: [3, 32, 32]\nlayers: [{conv: 6, kernel: 3}]",
        f"{HEAD}«layer»: [relu]",
        f"{HEAD}«param»: {{width: 6}}\nlayers: [{{conv: $width, kernel: 3}}]",
        f"{HEAD}«block»: {{b: {{layers: [relu]}}}}\nlayers: [b, b]",
        f"{HEAD}«default»: {{conv: {{kernel: 3}}}}\nlayers: [{{conv: 3}}, {{conv: 3}}]",
        f"{HEAD}defaults: {{conv: {{«kernl»: 3}}}}\nlayers: [{{conv: 3}}, {{conv: 3}}]",
        f"{HEAD}blocks: {{b: {{«parms»: {{n: }}, layers: [{{conv: $n, kernel: 3}}]}}}}\n"
        "layers: [{b: 3}, {b: 4}]",
        f"{HEAD}blocks: {{b: {{«layrs»: [relu]}}}}\nlayers: [b]",
        f"{HEAD}branches: [relu, relu]\n«joint»: add",
        f"{HEAD}layers: [{{branches: [relu, relu], «joint»: add}}]",
        f"{HEAD}layers: [{{«layer»: [relu]}}]",
    ],
)
def test_a_misspelt_key_of_the_structure(text):
    code = "AR204" if "{«layer»" in text else "AR201"
    assert_codes(text, code)


@pytest.mark.parametrize("key", ["kernl", "k", "size", "Kernel"])
def test_a_misspelt_setting_hides_that_it_is_missing(key):
    assert_codes(f"{HEAD}layers: [{{conv: 6, «{key}»: 3}}, flatten, {{linear: 10}}]", "AR201")


RESIDUAL = """\
archc: 1
input: [3, 32, 32]
layers:
  a: {conv: 3, kernel: 3, %s: 1}
  b: {add: [input, a]}
"""


@pytest.mark.parametrize("key", ["«paddng»", "«pad»", "«border»"])
def test_a_misspelt_setting_hides_the_shapes_that_it_would_have_made(key):
    assert_codes(RESIDUAL % key, "AR201")


def test_a_misspelt_from():
    assert_codes(
        f"{HEAD}layers:\n  a: {{conv: 6, kernel: 3}}\n  b: {{«form»: input, conv: 3, kernel: 1}}\n"
        "  c: {add: [input, b]}",
        "AR201",
    )
    assert_codes(f"{HEAD}layers: {{a: relu}}\nauxiliary: {{h: {{«form»: a, relu: }}}}", "AR201")


def test_a_misspelt_argument_of_a_block():
    block = "blocks: {b: {params: {width: , kernel: 3}, layers: [{conv: $width, kernel: $kernel}]}}"
    assert_codes(f"{HEAD}{block}\nlayers: [{{b: , «widht»: 3}}]", "AR201")
    assert_codes(f"{HEAD}{block}\nlayers: [{{b: 3, «kernl»: 3}}]", "AR201")
    assert_codes(f"{HEAD}{block}\nlayers: [{{b: 3, «stride»: 3}}]", "AR201")
    assert_codes(f"{HEAD}{block}\nlayers: [{{b: «[3, 3, 3]», kernel: 5}}]", "AR307")


def test_an_unknown_operator_hides_what_reads_it():
    layers = "[{«covn»: 6, kernel: 3}, {conv: 6, kernel: 99}, {linear: 10}, {add: [0, 1]}]"
    assert_codes(f"{HEAD}layers: {layers}", "AR204")


def test_the_operator_is_found_wherever_it_stands():
    assert_codes(f"{HEAD}layers: [{{kernel: 3, «covn»: 6}}]", "AR204")


def test_a_misspelt_operator_has_its_defaults_all_the_same():
    assert_codes(f"{HEAD}defaults: {{«covn»: {{kernel: 3}}}}\nlayers: [{{conv: 6}}]", "AR204")


def test_a_wrong_name_of_a_layer_is_known_all_the_same():
    assert_codes(f"{HEAD}layers:\n  «train»: relu\n  b: {{add: [train, input]}}", "AR206")
    assert_codes(f"{HEAD}layers:\n  «3»: relu\n  b: {{add: ['3', input]}}", "AR206")
    assert_codes(f"{HEAD}params: {{«lambda»: 3}}\nlayers: [{{conv: $lambda, kernel: 3}}]", "AR206")
    assert_codes(f"{HEAD}blocks: {{«class»: {{layers: [relu]}}}}\nlayers: [class, class]", "AR206")


def test_an_unreadable_block_hides_its_uses():
    assert_codes(f"{HEAD}blocks: {{b: «[relu]»}}\nlayers: [b, {{b: 3}}, {{b: [1, 2]}}]", "AR203")


def test_an_unreadable_value_hides_what_needs_it():
    big = "99999999999999999999"
    assert_codes(f"{HEAD}layers: [{{conv: «{big}», kernel: 3}}, flatten, {{linear: 10}}]", "AR111")
    assert_codes("archc: 1\ninput: [3, «*size», 32]\nlayers: [relu]", "AR107")
    assert_codes(f"{HEAD}layers: [{{conv: «!!int 6», kernel: 3}}]", "AR105")


def test_a_bad_parameter_is_reported_at_its_first_use():
    layers = "[{conv: «$n», kernel: 3}, {conv: $n, kernel: 3}, {conv: $(2 * n), kernel: 3}]"
    assert_codes(f"{HEAD}params: {{n: -1}}\nlayers: {layers}", "AR301")
    assert_codes(f"{HEAD}params: {{n: many}}\nlayers: {layers}", "AR301")


def test_a_bad_argument_is_reported_at_its_first_use_in_the_block():
    block = "{params: {n: }, layers: [{conv: «$n», kernel: 3}, {conv: $(n + 0), kernel: 3}]}"
    for layers in ("[{b: 0}]", "[{b: 0}, {b: 0}]", "[{repeat: 3, b: 0}]", "[{b: 0}, {b: -1}]"):
        assert_codes(f"{HEAD}blocks: {{b: {block}}}\nlayers: {layers}", "AR301")


def test_one_shape_mistake_is_not_followed_by_others():
    layers = (
        "[{conv: 6, kernel: «99»}, {max_pool: 2}, {linear: 10}, {conv: 6, kernel: 3, groups: 4}]"
    )
    assert_codes(f"{HEAD}layers: {layers}", "AR403")


def test_an_uneven_axis_is_reported_once_where_both_are_equal():
    assert_codes(f"{HEAD}layers: [{{conv: 6, kernel: 3, stride: «2»}}]", "AR404", strict=True)


# What cannot end is told where it begins.


def test_recursion_is_reported_at_the_use_that_closes_the_circle():
    assert_codes(f"{HEAD}blocks:\n  b: {{layers: [relu, «b», relu]}}\nlayers: [b, b]", "AR209")
    assert_codes(
        f"{HEAD}blocks:\n  a: {{layers: [b, relu]}}\n  b: {{layers: [{{repeat: 2, c: }}]}}\n"
        "  c: {branches: [relu, «a»], join: add}\nlayers: [c, b, a]",
        "AR209",
    )


def test_recursion_is_reported_in_a_block_that_nothing_uses():
    assert_codes(f"{HEAD}blocks:\n  b: {{layers: [«b»]}}\nlayers: [relu]", "AR209")


def test_two_circles_are_two_mistakes():
    blocks = "a: {layers: [«a»]}\n  b: {layers: [a, «b»]}"
    assert_codes(f"{HEAD}blocks:\n  {blocks}\nlayers: [b]", "AR209", "AR209")


def test_expansion_is_reported_at_the_use_that_causes_it():
    assert_codes(f"{HEAD}layers: [relu, {{repeat: «2000000», relu: }}, relu]", "AR210")
    blocks = "a: {layers: [{repeat: 1000, relu: }]}\n  b: {layers: [{repeat: «1001», a: }]}"
    assert_codes(f"{HEAD}blocks:\n  {blocks}\nlayers: [a, b, b]", "AR210")


def test_nesting_is_reported_once():
    blocks = "".join(f"  b{i}: {{layers: [b{i + 1}]}}\n" for i in range(400))
    found = told(f"{HEAD}blocks:\n{blocks}  b400: {{layers: [relu]}}\nlayers: [b0]")
    assert [code for code, *_ in found] == ["AR106"]


# A mistake inside a block.


BLOCK = """\
archc: 1
input: [3, 8, 8]
blocks:
  unit:
    params: {width: , groups: 1}
    layers: [{conv: $width, kernel: 3, groups: «$groups»}]
  pair:
    params: {width: }
    layers:
      first: {unit: $width}
      second: {unit: $width, groups: 3}
layers:
  stem: {conv: 8, kernel: 1}
  stages: {repeat: 2, pair: 8}
"""


def test_a_mistake_in_a_block_is_reported_there_with_the_way_to_it():
    assert_codes(BLOCK, "AR402")
    assert labels(unmark(BLOCK)[0]) == [
        ("conv", 6, "this outputs 8×6×6"),
        ("unit", 11, "in block `unit`, used here as `stages.0.second`"),
        ("pair", 14, "in block `pair`, used here as `stages.0`"),
        ("2", 14, "repetition 1 of 2"),
    ]


def test_the_repetition_that_fails_is_named():
    text = f"{HEAD}layers: [{{repeat: 5, layers: [{{max_pool: «4»}}]}}]"
    assert_codes(text, "AR403")
    assert labels(unmark(text)[0])[-1] == ("5", 3, "repetition 3 of 5")


def test_a_mistake_in_a_block_used_often_is_reported_once():
    text = (
        f"{HEAD}blocks: {{b: {{layers: [{{conv: 6, kernel: 1, groups: «4»}}]}}}}\nlayers: [b, b, b]"
    )
    assert_codes(text, "AR402")


# Everything in one run.


def test_all_independent_mistakes_are_reported():
    assert_codes(
        """\
archc: 1
name: «"a; b"»
input: [3, 32, 32]
params: {classes: 10, «for»: 3}
defaults: {«covn»: {bias: false}}
blocks:
  unit:
    params: {width: 8}
    layers: [{conv: $width, «kernl»: 3}, {batch_norm: , eps: «0»}]
  loop: {layers: [«loop»]}
layers:
  a: {unit: 8}
  «forward»: relu
  b: {conv: «0», kernel: 3}
  c: {from: input, conv: 8, kernel: 3, groups: «2»}
  d: {from: «nowhere», relu: }
  e: {conv: $«width», kernel: 3}
  f: {from: input, «linear»: 10}
  g: {from: input, dropout: «2»}
  h: {from: input, conv: "$(1 «**» 2)", kernel: 3}
  i: {from: input, max_pool: 2, padding: «2»}
  «g»: relu
""",
        "AR206", "AR206", "AR204", "AR201", "AR301", "AR209", "AR206", "AR301", "AR402", "AR306",
        "AR303", "AR401", "AR301", "AR302", "AR406", "AR104",
    )  # fmt: skip


DECLARED = re.compile(r"(params:\s*\{[^}]*|^variants:\n(  .*\n)*  .*)\Z", re.MULTILINE)
"""What comes before the name of a parameter, which its author chooses."""


def test_a_misspelt_word_in_a_shipped_spec_is_one_mistake():
    """Each setting of each spec, misspelt as fingers do; uses of what a word declares apart."""
    for path in SPECS:
        text = path.read_text("utf-8")
        for word in re.finditer(
            r"\b(kernel|stride|padding|bias|eps|layers|join|archc|input):", text
        ):
            wrong = word[1][:-2] + word[1][-1] + word[1][-2]
            mistaken = text[: word.start(1)] + wrong + text[word.end(1) :]
            line = text.count("\n", 0, word.start()) + 1
            if DECLARED.search(text[: word.start()]):
                continue
            before = text[: word.start()].rstrip()
            if before.endswith("layers:") and word[1] == "layers":
                continue  # the name of a layer, which is the author's
            found = told(mistaken)
            assert [at for _, at, *_ in found] == [line], (path, found)
