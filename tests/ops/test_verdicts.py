"""Of random settings, archc accepts exactly those that torch builds and runs."""

from dataclasses import replace
from itertools import product

import pytest
import torch
from against_torch import codes, run
from footprints import hold_windows
from hypothesis import given, settings
from hypothesis import strategies as st

from archc import ops

pytestmark = pytest.mark.filterwarnings("ignore")


def pair(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


def layers(name, **fields):
    return st.builds(ops.find(name), **fields)


MAPS = st.tuples(st.integers(1, 6), st.integers(1, 12), st.integers(1, 12))
FLAGS = st.booleans()
WINDOW = {"kernel": pair(1, 5), "stride": pair(1, 4), "padding": pair(0, 3)}
CONVOLUTION = {"channels": st.integers(1, 6), "groups": st.integers(1, 3), "bias": FLAGS}
LAYERS = {
    "conv": layers(
        "conv",
        **CONVOLUTION | WINDOW,
        dilation=pair(1, 3),
        padding_mode=st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
    ),
    "conv_same": layers(
        "conv",
        **CONVOLUTION,
        kernel=pair(1, 5),
        stride=pair(1, 2),
        padding=st.sampled_from(["same", "valid"]),
        dilation=pair(1, 3),
    ),
    "conv_transpose": layers(
        "conv_transpose",
        **CONVOLUTION | WINDOW,
        dilation=pair(1, 3),
        output_padding=pair(0, 3),
    ),
    "max_pool": layers("max_pool", **WINDOW, dilation=pair(1, 3), ceil_mode=FLAGS),
    "avg_pool": layers("avg_pool", **WINDOW, ceil_mode=FLAGS, count_include_pad=FLAGS),
    "adaptive_avg_pool": layers("adaptive_avg_pool", size=pair(1, 12)),
    "adaptive_max_pool": layers("adaptive_max_pool", size=pair(1, 12)),
    "upsample": layers(
        "upsample",
        scale=st.none() | st.tuples(st.floats(0.01, 4), st.floats(0.01, 4)) | pair(1, 4),
        size=st.none() | pair(1, 12),
        mode=st.sampled_from(["nearest", "nearest-exact", "bilinear", "bicubic"]),
        align_corners=FLAGS,
    ),
    "group_norm": layers("group_norm", groups=st.integers(1, 6)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_verdict_and_shape_are_torchs(name):
    @settings(max_examples=400, deadline=None, database=None)
    @given(LAYERS[name], MAPS)
    def holds(op, x):
        result = run(op, x)
        if codes(op, x):
            # torch lets some layers give a map without rows, and a maximum over padding alone.
            empty = isinstance(result, Exception) or result.numel() == 0
            assert empty or (result == -torch.inf).any()
        else:
            assert isinstance(result, torch.Tensor), result
            assert result.isfinite().all()
            assert tuple(result.shape[1:]) == op.shape(x)

    holds()


@pytest.mark.parametrize("name", sorted(LAYERS.keys() - {"group_norm"}))
def test_windows_are_the_footprints(name):
    @settings(max_examples=40, deadline=None, database=None)
    @given(LAYERS[name], MAPS)
    def holds(op, x):
        if not codes(op, x):
            hold_windows(op, x, largest=False)

    holds()


def test_no_window_of_an_accepted_pool_reads_only_padding():
    for size, kernel, stride, padding, dilation, ceil_mode in product(
        (1, 2, 3, 5), (1, 2, 3, 4), (1, 3, 5), (0, 1, 2), (1, 2, 3, 4, 6), (False, True)
    ):
        op = ops.find("max_pool")(
            kernel=(kernel, 1),
            stride=(stride, 1),
            padding=(padding, 0),
            dilation=(dilation, 1),
            ceil_mode=ceil_mode,
        )
        result = run(op, (1, size, 1))
        blind = isinstance(result, torch.Tensor) and bool((result == -torch.inf).any())
        assert (codes(op, (1, size, 1)) == {"AR406"}) == (blind or padding > kernel // 2), op
        if blind:
            advised = replace(op, dilation=(size, 1))
            assert not codes(advised, (1, size, 1))
            assert run(advised, (1, size, 1)).isfinite().all()
