"""What archc once got wrong: a file of `faults/` each, with what is right.

Every sound network is the graph that was checked, bit for bit, and gives the same after each
optimisation. What was a verdict, a number, a hang or a stale kernel has a row or a test besides.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from graphs import node, sound
from optimising import everything_pays, outputs, prepared
from oracle import OPTIMISATIONS, holds, holds_after
from stricter import TOO_FEW

from archc.analyses.receptive_field import receptive_fields
from archc.export.base.request import ExportError, Request
from archc.graph import budget, expansion
from archc.module.live import compile_graph
from archc.pipeline import check

FAULTS = Path(__file__).parent / "faults"
REFUSED = {
    "cascade": [("AR301", 5)],  # and nothing about child 2, which is there
    "hang_blocks": [("AR210", None)],
    "hang_repeat": [("AR210", None)],
    "maxpool_padding_only": [("AR406", 5)],
}
SOUND = sorted({path.stem for path in FAULTS.glob("*.yaml")} - set(REFUSED))


def path(name: str) -> str:
    return str(FAULTS / f"{name}.yaml")


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.mark.parametrize("name", SOUND)
def test_the_network_is_the_graph_before_and_after_each_optimisation(
    name: str, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything_pays(monkeypatch)
    graph = sound(path(name))
    holds(path(name), "inference", pool)
    for optimisation in OPTIMISATIONS:
        holds_after(optimisation, graph)


@pytest.mark.parametrize("name", REFUSED)
def test_a_mistake_is_one_error_after_bounded_work(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (budget, expansion):
        monkeypatch.setattr(module, "MAX_STEPS", budget.MAX_STEPS // 20)
    errors = list(check(path(name)).diagnostics.errors)
    assert [error.problem.code for error in errors] == [code for code, _ in REFUSED[name]]
    for error, (_, line) in zip(errors, REFUSED[name], strict=True):
        assert line is None or error.span.line == line


@pytest.mark.parametrize("name", ["batch1_groupnorm", "batch1_untracked_batch_norm"])
def test_torch_refuses_one_sample_of_a_norm_over_one_value(name: str) -> None:
    graph = sound(path(name))
    assert graph.input.shape is not None
    module = compile_graph(graph).eval()
    outputs(module, torch.randn(2, *graph.input.shape))
    with pytest.raises(ValueError, match=TOO_FEW):
        outputs(module, torch.randn(1, *graph.input.shape))


def test_a_pool_that_leaves_out_the_last_row_does_not_see_the_whole_image() -> None:
    graph = sound(path("global"))
    axes = receptive_fields(graph)[node(graph, "pool")].axes
    assert axes is not None
    assert [axis.size for axis in axes] == [7, 7]


def test_a_named_output_is_a_field() -> None:
    module: Any = compile_graph(sound(path("one_output"))).eval()
    assert module(torch.randn(1, 3, 8, 8))._fields == ("features",)


@pytest.mark.long  # an export takes seconds; tests/export/test_onnx.py holds it of another network
@pytest.mark.parametrize("name", ["onnx_wrong_layer", "onnx_wrong_layer2"])
def test_the_layer_that_onnx_has_no_form_of_is_named(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from archc.export import onnx  # what it needs may be missing

    graph = sound(path(name))
    with pytest.raises(ExportError, match=r"layer `three`: adaptive_max_pool from 3×10×10"):
        onnx.write(Request(graph, compile_graph(graph).eval()), tmp_path / "net.onnx")


def test_a_kernel_changed_through_its_data_is_packed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    everything_pays(monkeypatch)
    _, module = prepared(sound(path("stale_packed")), "inference")
    x = torch.randn(1, 4, 7, 7)
    before = outputs(module, x)[0]
    next(module.parameters()).data.mul_(2)
    torch.testing.assert_close(outputs(module, x)[0], 2 * before)


def test_each_file_is_a_case() -> None:
    assert len(SOUND) + len(REFUSED) == len(list(FAULTS.iterdir()))
