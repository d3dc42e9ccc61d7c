"""The help for a limit names a value, and that value is valid."""

import pytest

from archc.pipeline import check
from archc.problems.base import Severity
from archc.problems.limits import Constraint


def errors(layer: str, shape: str):
    found = check(f"archc: 1\ninput: {shape}\nlayers: [{layer}]\n").diagnostics
    return [d.problem for d in found if d.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("layer", "fixed", "shape", "help_"),
    [
        (
            "{max_pool: 3, padding: 2}",
            "{max_pool: 3, padding: 1}",
            "[4, 7, 7]",
            "use padding 1 or less",
        ),
        (
            "{conv: 8, kernel: 3, stride: 2, padding: same}",
            "{conv: 8, kernel: 3, stride: 2, padding: 1}",
            "[4, 9, 9]",
            "give the padding as a number: `padding: 1`",
        ),
        (
            "{conv: 8, kernel: [3, 5], dilation: 2, stride: [1, 2], padding: same}",
            "{conv: 8, kernel: [3, 5], dilation: 2, stride: [1, 2], padding: [2, 4]}",
            "[4, 9, 9]",
            "give the padding as a number: `padding: [2, 4]`",
        ),
        (
            "{conv: 8, kernel: 9, padding: 4, padding_mode: reflect}",
            "{conv: 8, kernel: 9, padding: 3, padding_mode: reflect}",
            "[4, 4, 4]",
            "use padding 3 or less, or `padding_mode: zeros`",
        ),
        (
            "{conv_transpose: 3, kernel: 3, stride: 2, output_padding: 2}",
            "{conv_transpose: 3, kernel: 3, stride: 2, output_padding: 1}",
            "[4, 7, 7]",
            "use output padding 1 or less",
        ),
        (
            "{max_pool: 2, padding: [0, 1], dilation: [1, 4]}",
            "{max_pool: 2, padding: [0, 1], dilation: [1, 3]}",
            "[5, 4, 3]",
            "use dilation 3 or less",
        ),
        (
            "{upsample: 2, align_corners: true}",
            "{upsample: 2, align_corners: true, mode: bilinear}",
            "[4, 6, 6]",
            "remove it, or use `mode: bilinear` or `mode: bicubic`",
        ),
        (
            "{upsample: 2, size: 12}",
            "{upsample: , size: [12, 12]}",
            "[4, 6, 6]",
            "write `{upsample: SCALE}` or `{upsample: , size: [HEIGHT, WIDTH]}`",
        ),
        (
            "{layer_norm: 4}",
            "{layer_norm: 3}",
            "[8, 5, 5]",
            "use 3 or less, or no number to normalize over all axes",
        ),
        (
            "{conv: 8, kernel: 1, init: eye}",
            "{conv: 8, kernel: 1, init: normal}",
            "[3, 5, 5]",
            "use another scheme, such as `normal`, which fills any weight",
        ),
        (
            "{conv: 8, kernel: 1, init: {dirac: {groups: 3}}}",
            "{conv: 8, kernel: 1, init: {dirac: {groups: 2}}}",
            "[3, 5, 5]",
            "use a number of groups that divides 8",
        ),
        ("{relu: , init: zeros}", "relu", "[3, 5, 5]", "remove `init` from this layer"),
    ],
)
def test_the_help_is_a_value_that_works(layer, fixed, shape, help_):
    (problem,) = errors(layer, shape)
    assert isinstance(problem, Constraint)
    assert (problem.code, problem.name) == ("AR406", "constraint")
    assert problem.help() == help_
    assert errors(fixed, shape) == []


def test_a_tensor_that_no_memory_holds():
    problems = errors("{linear: 2147483647}", "[2147483647]")
    assert [problem.code for problem in problems] == ["AR406"]
    assert "2147483647×2147483647 = 4,611,686,014,132,420,609 numbers" in problems[0].message()


@pytest.mark.parametrize(
    ("kernel", "size", "padding"), [(5, 2, 0), (9, 4, 2), (7, 6, 0), (12, 1, 3)]
)
def test_the_largest_kernel_fits(kernel, size, padding):
    layer = "{{conv: 2, kernel: {}, padding: {}}}".format
    (problem,) = errors(layer(kernel, padding), f"[3, {size}, {size}]")
    largest = size + 2 * padding
    assert f"a kernel of at most {largest}" in problem.help()
    assert errors(layer(largest, padding), f"[3, {size}, {size}]") == []
    assert errors(layer(largest + 1, padding), f"[3, {size}, {size}]") != []


def test_the_advised_convolution_makes_sums_fit():
    layers = "{{a: {{conv: 6, kernel: 1}}{}, b: {{add: [{}, {}]}}}}"
    spec = f"archc: 1\ninput: [3, 8, 8]\nlayers: {layers}\n"
    (wrong,) = check(spec.format("", "a", "input")).diagnostics
    assert wrong.problem.help() == (
        "give each input the same channels, for example by `{conv: C, kernel: 1}`"
    )
    right = spec.format(", c: {from: input, conv: 6, kernel: 1}", "a", "c")
    assert check(right).diagnostics.errors == []
