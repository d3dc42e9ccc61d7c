"""What cannot be read silences what follows from it, and nothing else."""

import pytest
from marked import HEAD, assert_codes


@pytest.mark.parametrize(
    ("layers", "codes"),
    [
        # In a list, what is wrong keeps its number, ...
        ("- relu\n- {conv: 3, kernel: 1, padding: «x»}\n- relu\n- {from: 2, tanh: }", ["AR301"]),
        ("- relu\n- «7»\n- relu\n- {add: [0, 2]}", ["AR203"]),
        ("- relu\n- {«nope»: 3}\n- relu\n- {add: [1, 2]}", ["AR204"]),
        ("- relu\n- {repeat: «-1», relu: }\n- relu\n- {from: 2, tanh: }", ["AR301"]),
        ("- relu\n- «7»\n- {from: «3», tanh: }\n- relu", ["AR203", "AR306"]),
        ("- relu\n- «7»\n- relu\n- {from: 0, conv: 3, kernel: «99»}", ["AR203", "AR403"]),
        # ... unless it may have had none or several.
        ("- relu\n- {relu: , if: $«nope»}\n- relu\n- {from: 2, tanh: }", ["AR303"]),
        ("- relu\n- {inline: true, layers: «7»}\n- relu\n- {from: 4, tanh: }", ["AR203"]),
        ("- relu\n- {relu: , if: $«nope»}\n- {from: 0, conv: 3, kernel: «99»}", ["AR303", "AR403"]),
        # What reads something unreadable has no known value.
        (
            "a: {conv: 8, kernel: 1}\n  b: {from: «[a]», flatten: }\n  c: {conv: 8, kernel: 1}",
            ["AR301"],
        ),
        # Branches without a known join are no chain.
        (
            "a: {branches: [flatten, {conv: 8, kernel: 1}], join: «mul»}\n  c: softmax",
            ["AR301"],
        ),
        ("a: {«branches»: [flatten, {conv: 8, kernel: 1}]}\n  c: {conv: 8, kernel: 1}", ["AR202"]),
    ],
)
def test_one_mistake_is_reported_once(layers, codes):
    layers = layers.replace("\n- ", "\n  - ")
    assert_codes(f"{HEAD}layers:\n  {layers}\n", *codes)


def test_an_inline_block_that_cannot_be_read_may_have_had_any_number_of_layers():
    layers = "layers:\n  - relu\n  - b\n  - relu\n  - {add: [0, 3]}\n"
    assert_codes(f"{HEAD}blocks: {{b: {{inline: true, layers: «3»}}}}\n{layers}", "AR203")


def test_an_output_or_a_head_that_cannot_be_read_silences_itself():
    assert_codes(f"{HEAD}layers: {{a: relu}}\noutputs: {{x: «[a]», y: «b»}}\n", "AR301", "AR306")
    heads = "{h: {from: «[a]», relu: }, i: {from: a, conv: «x», kernel: 1}}"
    assert_codes(f"{HEAD}layers: {{a: relu}}\nauxiliary: {heads}\n", "AR301", "AR301")


def test_of_two_keys_the_first_can_be_read():
    assert_codes(f"{HEAD}layers: {{a: relu, «a»: relu, b: {{from: a, relu: }}}}\n", "AR104")
