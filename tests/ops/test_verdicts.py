"""Of random settings of any operator, archc accepts exactly those that torch builds and runs."""

from dataclasses import replace
from itertools import product

import drawing
import pytest
import torch
from against_torch import codes, run
from footprints import hold_windows
from hypothesis import given, settings
from hypothesis import strategies as st
from random_layers import settings_of
from stricter import TOO_FEW, on_purpose

from archc import ops

pytestmark = pytest.mark.filterwarnings("ignore")

EXAMPLES, LONG_EXAMPLES = 40, 2_000
LEAST = EXAMPLES // 10  # so many must be accepted, or the strategy has to learn the operator
SIZES = st.sampled_from([1, 2, 2, 3, 4, 5, 6, 7, 8, 12])
MAPS = st.tuples(st.sampled_from([1, 2, 3, 4, 6]), SIZES, SIZES)
VECTORS = st.tuples(st.integers(1, 8))
OPERATORS = pytest.mark.parametrize("name", ops.names())


@st.composite
def uses(draw, name, reads=MAPS | MAPS | VECTORS):
    """An operator with random settings, as a spec writes them, and what it reads."""
    cls = ops.find(name)
    written = draw(settings_of(name, others=1))
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in written.items()}
    op = cls(**{field: cls.accept(field, value) for field, value in values.items()})
    return op, draw(several() if cls.joins else reads)


@st.composite
def several(draw):
    """Shapes that a join reads: of equal rank more often than not, and often alike."""
    first = draw(MAPS | MAPS | VECTORS)
    like = [st.just(first), st.just(first), st.just((*first[:1], *[1] * (len(first) - 1)))]
    other = st.one_of(*like, st.integers(1, 4).map(lambda c: (c, *first[1:])), MAPS, VECTORS)
    return first, *draw(st.lists(other, min_size=1, max_size=2))


NORMS = ("batch_norm", "group_norm")
"""The operators that torch may refuse for a batch of one."""


def verdicts(name, examples, part=0):
    accepted = 0

    @drawing.part(part)
    @settings(max_examples=examples)
    @given(uses(name))
    def holds(use):
        nonlocal accepted
        op, x = use
        in_training, alone = run(op, x, 2), run(op, x, 1, training=False)
        found = codes(op, x)
        if found:
            assert isinstance(in_training, Exception) or on_purpose(name, found, in_training)
            return
        accepted += 1
        for batch, result in ((2, in_training), (1, alone)):
            if batch == 1 and name in NORMS and TOO_FEW in str(result):
                assert isinstance(result, ValueError)
                continue
            assert isinstance(result, torch.Tensor), result
            assert tuple(result.shape) == (batch, *op.shape(x))

    holds()
    return accepted


@OPERATORS
def test_verdict_and_shape_are_torchs(name):
    assert verdicts(name, EXAMPLES) >= LEAST, f"the strategy hardly draws {name}: teach it"


@pytest.mark.long
@OPERATORS
def test_many_verdicts_and_shapes_are_torchs(name):
    verdicts(name, LONG_EXAMPLES, part=1)


FLAT = {
    "log_softmax": "of one channel it is zero",
    "softmax": "of one channel it is one",
    "local_response_norm": "it may multiply the squares of its neighbours by zero",
}


def has_footprints(cls):
    """Whether an operator gives maps of maps, and depends on all that it reads.

    A normalisation of one element does not, nor does an activation where it is flat.
    """
    maps = any(e.gives and len(e.gives) == len(e.reads) == 3 for e in cls.examples)
    return maps and not cls.joins and cls.follows is None and cls.name not in FLAT


SLIDING = [name for name in ops.names() if has_footprints(ops.find(name))]


@pytest.mark.parametrize("name", SLIDING)
def test_windows_are_the_footprints(name):
    @settings(max_examples=12)
    @given(uses(name, MAPS))
    def holds(use):
        op, x = use
        if not codes(op, x) and len(op.shape(x)) == 3:
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
