"""ONNX files hold the network: its names, its weights, and in onnxruntime its results."""

from functools import cache

import pytest

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

import torch  # noqa: E402
from graphs import SPECS, network  # noqa: E402
from torch.torch_version import TorchVersion  # noqa: E402

from archc.backends.export import onnx as written  # noqa: E402
from archc.backends.export.base.request import ExportError, Request  # noqa: E402
from archc.backends.live import compile_graph  # noqa: E402
from archc.backends.weights.optimised import optimised_module  # noqa: E402
from archc.passes import optimise  # noqa: E402
from archc.pipeline import check  # noqa: E402

BOUND = 1e-5
SMALL = {
    "lenet5": None,
    "notebook/lenet5": None,
    "resnet18": (3, 64, 64),
    "notebook/resnet18": (3, 64, 64),
    "googlenet": (3, 64, 64),
}
"""Specs that ship, at a size that takes seconds. `resnet152` and `vgg16` are too large."""
OPERATORS = {
    "conv": [{"conv": 4, "kernel": [3, 5], "padding": [1, 2], "groups": 2, "dilation": [1, 1]}],
    "pools": [
        {"max_pool": 3, "stride": 2, "padding": 1, "ceil_mode": True},
        {"avg_pool": 2, "stride": 2, "ceil_mode": True, "count_include_pad": False},
        {"adaptive_avg_pool": 2},
    ],
    "adaptive maximum": [{"adaptive_max_pool": 1}],
    "norms": [
        "batch_norm",
        {"group_norm": 2},
        "layer_norm",
        {"local_response_norm": 3},
    ],
    "activations": [
        "relu", "relu6", "leaky_relu", "prelu", "gelu", "silu", "hardswish", "hardsigmoid",
        "sigmoid", "tanh", "softmax", "identity", {"dropout": 0.5},
    ],
    "enlarging": [
        {"conv_transpose": 2, "kernel": 3, "stride": 2, "output_padding": 1},
        {"upsample": 2},
        {"upsample": 2, "mode": "bilinear"},
    ],
    "vectors": ["flatten", {"linear": 5}, {"linear": 3, "bias": False}],
}  # fmt: skip


@cache
def small(name):
    """Return the graph of a shipped spec with few classes, and its module."""
    params = {"classes": 10} if "lenet" not in name else {}
    graph = check(str(SPECS / f"{name}.yaml"), params, input_shape=SMALL[name]).sound
    assert graph is not None
    return graph, trained(graph)


def trained(graph):
    """Return a module in evaluation whose batch norms have statistics that change something."""
    module = compile_graph(graph, 0)
    generator = torch.Generator().manual_seed(1)
    for key, tensor in module.state_dict().items():
        if "running" in key:
            tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.5)
    return module.eval()


def assert_equal(data, graph, module, batch):
    """Assert that onnxruntime's outputs are torch's, within the bound relative to the largest."""
    session = runtime.InferenceSession(data)
    x = torch.randn(batch, *graph.input.shape, generator=torch.Generator().manual_seed(2))
    given = session.run(None, {"input": x.numpy()})
    with torch.no_grad():
        wanted = module(x)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    assert [one.name for one in session.get_outputs()] == [n or "output" for n in graph.outputs]
    for one, other in zip(given, wanted, strict=True):
        difference = (torch.from_numpy(one) - other).abs().max()
        assert difference <= BOUND * other.abs().max()


@pytest.mark.parametrize("name", SMALL)
def test_shipped_specs_give_torchs_results_for_any_batch(name):
    graph, module = small(name)
    data = written.encode(Request(graph, module, dynamic_batch=True))
    for batch in (1, 3):
        assert_equal(data, graph, module, batch)


NEWER = pytest.mark.skipif(
    TorchVersion(runtime.__version__) < "1.23", reason="this onnxruntime does not know it"
)


@pytest.mark.parametrize("opset", [18, 21, pytest.param(23, marks=NEWER)])
def test_the_opset_can_be_chosen(opset):
    graph, module = small("lenet5")
    data = written.encode(Request(graph, module, opset=opset))
    versions = {one.domain: one.version for one in onnx.load_from_string(data).opset_import}
    assert versions[""] == opset
    assert_equal(data, graph, module, 1)


@pytest.mark.parametrize("opset", [7, 17, 99])
def test_an_opset_that_torch_cannot_write_is_refused(opset):
    with pytest.raises(ExportError, match=f"{opset}"):
        written.encode(Request(*small("lenet5"), opset=opset))


def test_initialisers_are_the_state_that_evaluation_reads():
    graph, module = small("googlenet")
    model = onnx.load_from_string(written.encode(Request(graph, module)))
    heads = tuple(f"{head.name}." for head in graph.heads)
    wanted = {
        key: tensor
        for key, tensor in module.state_dict().items()
        if not key.startswith(heads) and not key.endswith("num_batches_tracked")
    }
    found = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    assert set(found) == set(wanted)
    assert all(torch.equal(torch.from_numpy(found[key].copy()), wanted[key]) for key in wanted)


def test_the_file_says_where_it_is_from():
    model = onnx.load_from_string(written.encode(Request(*small("lenet5"))))
    assert {one.key: one.value for one in model.metadata_props}["spec"] == "lenet5"
    assert model.producer_name == "archc"


@pytest.mark.parametrize("layers", OPERATORS.values(), ids=OPERATORS)
def test_operators_give_torchs_results(layers):
    if layers is OPERATORS["adaptive maximum"] and torch.__version__ < "2.10":
        pytest.skip("torch 2.9's exporter has no form of it, and archc says so")
    graph = network(layers, (4, 12, 12))
    module = trained(graph)
    data = written.encode(Request(graph, module, dynamic_batch=True))
    assert_equal(data, graph, module, 3)


def test_joins_and_several_outputs_give_torchs_results():
    graph = network(
        {
            "a": {"conv": 4, "kernel": 1},
            "sum": {"add": ["a", "input"]},
            "product": {"multiply": ["sum", "a"]},
            "both": {"concat": ["sum", "product"]},
        },
        (4, 5, 5),
        outputs={"first": "sum", "second": "both"},
    )
    module = trained(graph)
    data = written.encode(Request(graph, module, dynamic_batch=True))
    assert_equal(data, graph, module, 2)


def test_what_onnx_has_no_form_of_names_the_layer():
    graph = network({"a": {"relu": None}, "pool": {"adaptive_max_pool": [3, 5]}}, (4, 7, 12))
    with pytest.raises(ExportError, match=r"layer `pool`: adaptive_max_pool from 4×7×12 to 4×3×5"):
        written.encode(Request(graph, trained(graph)))


@pytest.mark.parametrize(
    "layer", [{"avg_pool": 2, "divisor_override": 3}, {"upsample": 1.1}, {"upsample": [2, 1.3]}]
)
def test_a_setting_that_the_exporter_would_lose_is_refused(layer):
    graph = network({"it": layer}, (4, 6, 6))
    with pytest.raises(ExportError, match=r"layer `it`"):
        written.encode(Request(graph, trained(graph)))


def test_missing_libraries_are_told_with_what_installs_them(monkeypatch):
    monkeypatch.setattr(written, "find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"pip install 'archc\[onnx\]'"):
        written.encode(Request(*small("lenet5")))


@pytest.mark.parametrize("name", SMALL)
def test_an_optimised_network_gives_the_plain_ones_results(name):
    graph, module = small(name)
    optimised = optimised_module(graph, written.PASSES, weights=module.state_dict())
    request = Request(optimise(graph, written.PASSES).graph, optimised, dynamic_batch=True)
    data = written.encode(request)
    operators = {node.op_type for node in onnx.load_from_string(data).graph.node}
    assert not operators & {"BatchNormalization", "Identity", "Transpose", "Slice"}
    assert_equal(data, graph, module, 2)
