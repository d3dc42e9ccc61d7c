"""What torch refuses, or never meant, archc refuses first: with the code and at the place."""

import pytest
from marked import HEAD, assert_codes, told


def refuse(code, layers, *, reads="[3, 32, 32]", more=""):
    assert_codes(f"archc: 1\ninput: {reads}\n{more}layers:\n{layers}\n", code)


@pytest.mark.parametrize("kernel", ["5", "[5, 5]", "[1, 5]", "[5, 1]"])
def test_a_kernel_larger_than_the_padded_input(kernel):
    refuse("AR403", f"  - {{conv: 6, kernel: «{kernel}»}}", reads="[3, 2, 2]")
    refuse("AR403", f"  - {{max_pool: «{kernel}»}}", reads="[3, 2, 2]")
    refuse("AR403", f"  - {{avg_pool: «{kernel}»}}", reads="[3, 2, 2]")
    refuse("AR403", f"  - {{conv: 6, kernel: «{kernel}», padding: 1}}", reads="[3, 2, 2]")


def test_a_negative_height_times_a_negative_width_is_not_positive():
    refuse("AR403", "  - {conv: 6, kernel: «5»}\n  - flatten\n  - {linear: 10}", reads="[3, 2, 2]")


def test_a_dilated_kernel_larger_than_the_input():
    refuse("AR403", "  - {conv: 6, kernel: «3», dilation: 4}", reads="[3, 8, 8]")
    refuse("AR403", "  - {max_pool: «3», dilation: 4}", reads="[3, 8, 8]")


def test_ceil_mode_makes_no_room_for_a_kernel():
    refuse("AR403", "  - {max_pool: «5», stride: 1, ceil_mode: true}", reads="[3, 2, 2]")


def test_groups_that_do_not_divide_the_channels():
    refuse("AR402", "  - {conv: 8, kernel: 3, groups: «4»}", reads="[6, 8, 8]")
    refuse("AR402", "  - {conv: 9, kernel: 3, groups: «2»}", reads="[6, 8, 8]")
    refuse("AR402", "  - {conv_transpose: 8, kernel: 3, groups: «4»}", reads="[6, 8, 8]")
    refuse("AR402", "  - {group_norm: «4»}", reads="[6, 8, 8]")


CHANNELS = ["0", "-3", "1.5", "3.0", "true", "false", "many", '"6"', "~", ".nan", ".inf", "[6, 6]"]


@pytest.mark.parametrize("channels", CHANNELS)
def test_channels_that_are_no_positive_whole_number(channels):
    if channels == "~":
        refuse("AR202", "  - {«conv»: ~, kernel: 3}")
        refuse("AR202", "  - flatten\n  - {«linear»: ~}")
        return
    refuse("AR301", f"  - {{conv: «{channels}», kernel: 3}}")
    refuse("AR301", f"  - {{conv_transpose: «{channels}», kernel: 3}}")
    refuse("AR301", f"  - flatten\n  - {{linear: «{channels}»}}")


@pytest.mark.parametrize("channels", [c for c in CHANNELS if c != "~"])
def test_channels_from_a_parameter(channels):
    params = f"params: {{width: {channels}}}\n"
    refuse("AR301", "  - {conv: «$width», kernel: 3}", more=params)
    refuse("AR301", "  - {conv: «$(width)», kernel: 3}", more=params)


def test_channels_that_come_out_fractional():
    refuse("AR301", "  - {conv: «$(in_channels / 2)», kernel: 3}")
    refuse("AR301", "  - {conv: «$(in_channels - 3)», kernel: 3}")
    refuse("AR301", "  - {conv: «$(in_channels == 3)», kernel: 3}")


@pytest.mark.parametrize("setting", ["kernel", "stride", "dilation", "groups"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "true", "wide", "[]", "[1, 2, 3]", "[1, 0]"])
def test_settings_of_a_window(setting, value):
    settings = {"kernel": "3", setting: f"«{value}»"}
    told_settings = ", ".join(f"{name}: {text}" for name, text in settings.items())
    refuse("AR301", f"  - {{conv: 6, {told_settings}}}")


@pytest.mark.parametrize("padding", ["-1", "1.5", "true", "full", "[1, same]", "[1, 2, 3, 4]"])
def test_padding(padding):
    refuse("AR301", f"  - {{conv: 6, kernel: 3, padding: «{padding}»}}")


def test_pool_padding_above_half_the_kernel():
    refuse("AR406", "  - {max_pool: 3, padding: «2»}")
    refuse("AR406", "  - {avg_pool: 3, padding: «2»}")
    refuse("AR406", "  - {max_pool: 3, padding: «[1, 2]»}")
    refuse("AR406", "  - {max_pool: 3, dilation: 2, padding: «2»}")  # as torch has it


def test_same_padding_with_a_stride():
    refuse("AR406", "  - {conv: 6, kernel: 3, padding: «same», stride: 2}")
    refuse("AR406", "  - {conv: 6, kernel: 3, padding: «same», stride: [1, 2]}")


@pytest.mark.parametrize("reads", ["[3, 2, 8]", "[3, 8, 2]", "[3, 2, 2]"])
def test_a_maximum_over_nothing_but_padding(reads):
    # Taps at −1 and 2, around an input at 0 and 1.
    pads = {"[3, 2, 8]": "[1, 0]", "[3, 8, 2]": "[0, 1]"}.get(reads, "1")
    refuse("AR406", f"  - {{max_pool: 2, padding: {pads}, dilation: «3»}}", reads=reads)


def test_padding_that_reflects_more_than_there_is():
    refuse(
        "AR406", "  - {conv: 6, kernel: 3, padding: «4», padding_mode: reflect}", reads="[3, 4, 4]"
    )
    refuse(
        "AR406", "  - {conv: 6, kernel: 3, padding: «5», padding_mode: circular}", reads="[3, 4, 4]"
    )


UNEQUAL = """\
  a: {conv: 6, kernel: 3}
  b: {from: input, conv: %s, kernel: 5}
  c: {«%s»: [a, b]}"""


def test_unequal_values_that_are_joined():
    refuse("AR405", UNEQUAL % (6, "add"))
    refuse("AR405", UNEQUAL % (6, "concat"))
    refuse("AR405", UNEQUAL % (6, "multiply"))
    channels = UNEQUAL.replace("kernel: 5", "kernel: 3")
    refuse("AR405", channels % (8, "add"))
    assert told(f"{HEAD}layers:\n{channels % (8, 'concat')}".translate({0xAB: "", 0xBB: ""})) == []


def test_a_residual_that_fits_only_by_broadcasting():
    refuse("AR405", "  a: {conv: 3, kernel: 32}\n  b: {«add»: [input, a]}")
    refuse("AR405", "  a: {conv: 1, kernel: 1}\n  b: {«add»: [input, a]}")


def test_unequal_branches():
    branches = "[{conv: 6, kernel: 3}, {conv: 6, kernel: 5}]"
    assert_codes(f"{HEAD}«branches»: {branches}\njoin: concat\n", "AR405")
    assert_codes(f"{HEAD}«branches»: {branches}\njoin: add\n", "AR405")


def test_a_map_and_a_vector_are_not_joined():
    refuse("AR405", "  a: flatten\n  b: {«concat»: [input, a]}")
    refuse("AR405", "  a: flatten\n  b: {«add»: [input, a]}")


def test_linear_reads_vectors_only():
    refuse("AR401", "  - {«linear»: 10}")
    refuse("AR401", "  - {adaptive_avg_pool: 1}\n  - {«linear»: 10}")


@pytest.mark.parametrize(
    "layer",
    [
        "{«conv»: 6, kernel: 3}",
        "{«conv_transpose»: 6, kernel: 3}",
        "{«max_pool»: 2}",
        "{«avg_pool»: 2}",
        "{«adaptive_avg_pool»: 1}",
        "{«adaptive_max_pool»: 1}",
        "{«upsample»: 2}",
    ],
)
def test_windows_read_maps_only(layer):
    refuse("AR401", f"  - {layer}", reads="[16]")
    refuse("AR401", f"  - flatten\n  - {layer}")


@pytest.mark.parametrize(
    "size", ["[32, 32]", "[1, 3, 32, 32]", "[]", "[[3, 32, 32]]", "32", "3x32"]
)
def test_an_input_is_a_map_or_a_vector(size):
    if size == "[[3, 32, 32]]":
        assert_codes(f"archc: 1\ninput: [«{size[1:-1]}»]\nlayers: [relu]\n", "AR301")
        return
    assert_codes(f"archc: 1\ninput: «{size}»\nlayers: [relu]\n", "AR203")


@pytest.mark.parametrize("size", ["0", "-1", "1.5", "true", "wide", '"3"', "~"])
def test_an_input_has_whole_sizes(size):
    assert_codes(f"archc: 1\ninput: [3, «{size}», 32]\nlayers: [relu]\n", "AR301")
    assert_codes(f"archc: 1\ninput: [«{size}»]\nlayers: [relu]\n", "AR301")


@pytest.mark.parametrize("p", ["1.5", "-0.1", "true", "half", ".nan", ".inf", "[0.5]"])
def test_dropout_outside_0_to_1(p):
    refuse("AR301", f"  - {{dropout: «{p}»}}")


@pytest.mark.parametrize("operator", ["batch_norm", "relu", "flatten", "identity"])
def test_an_operator_without_a_principal_takes_none(operator):
    refuse("AR301", f"  - {{{operator}: «8»}}")


def test_batch_norm_reads_maps_and_vectors():
    # The wrong rank is impossible by design: 1d on a vector, 2d on a map, and nothing else exists.
    assert told(f"{HEAD}layers: [batch_norm, flatten, batch_norm]\n") == []


def test_a_stride_that_does_not_divide_evenly_if_asked():
    layers = "layers: [{conv: 6, kernel: 3, stride: «3»}]\n"
    assert_codes(HEAD + layers, "AR404", strict=True)
    assert_codes(f"{HEAD}rounding: exact\n{layers}", "AR404")
    assert told(HEAD + layers.translate({0xAB: "", 0xBB: ""})) == []


@pytest.mark.parametrize("name", ["forward", "train", "parameters", "type", "class", "None", "__x"])
def test_names_that_torch_or_python_needs(name):
    refuse("AR206", f"  «{name}»: relu")
    assert told(f"{HEAD}layers: {{a: {{layers: {{{name}: relu}}}}}}\n") != []


@pytest.mark.parametrize("value", ["yes", "no", "on", "off", "1", "0", '"true"', "~"])
def test_a_switch_is_true_or_false(value):
    refuse("AR301", f"  - {{conv: 6, kernel: 3, bias: «{value}»}}")


LARGEST = 2**31 - 1


def test_tensors_that_torch_cannot_address():
    refuse("AR406", f"  - {{«linear»: {LARGEST}}}", reads=f"[{LARGEST}]")
    refuse("AR406", "  - «flatten»\n  - {linear: 10}", reads=f"[{LARGEST}, {LARGEST}, 1]")
    refuse("AR406", f"  - {{«conv»: {LARGEST}, kernel: 1}}", reads="[1, 65536, 65536]")
    assert told(f"archc: 1\ninput: [{LARGEST}]\nlayers: [{{linear: 1000}}]\n") == []
