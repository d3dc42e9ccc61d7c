"""Operators written down twice: `torch`, which is emitted, and the second opinion agree."""

import pytest
import torch
from against_torch import build, instantiate, values_for

from archc import ops
from archc.measure import reference
from archc.measure.comparison import settings

EXAMPLES = [e for name in ops.names() for e in ops.find(name).examples if e.code is None]


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e.settings} {e.reads}" for e in EXAMPLES])
def test_the_same_layer_with_the_same_settings(example):
    operator = build(example.settings)
    emitted = instantiate(operator.torch(example.reads))
    if not reference.has_layer(operator):
        values = values_for(example.reads)
        torch.testing.assert_close(reference.joined(operator, values), emitted(*values))
        return
    with torch.device("meta"):
        expected = reference.layer(operator, example.reads)
    assert list(settings(expected, emitted)) == []
