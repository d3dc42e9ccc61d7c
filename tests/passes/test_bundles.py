"""A bundle is made of what its passes say, in one order."""

import pytest

from archc import passes

ORDERS = {
    "inference": (
        "drop_inference",
        "fold_batch_norm",
        "merge_siblings",
        "channels_last",
        "winograd",
        "pack_convolutions",
    ),
    "onnxruntime": ("drop_inference", "fold_batch_norm", "winograd"),
    "portable": ("drop_inference", "fold_batch_norm"),
    "pt2": ("drop_inference", "fold_batch_norm", "merge_siblings", "channels_last"),
}


def test_the_order_of_every_bundle() -> None:
    assert passes.bundles() == ORDERS


@pytest.mark.parametrize("name", passes.names())
def test_a_pass_runs_after_passes_that_there_are(name: str) -> None:
    assert set(passes.PASSES.find(name).after) <= set(passes.names()) - {name}
