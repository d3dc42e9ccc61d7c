"""ONNX files hold the network: its names, its weights, and in onnxruntime its results."""

from functools import lru_cache

import pytest

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

# torch's exporter and what uses it come after the two libraries that an installation may lack.
import torch  # noqa: E402
from graphs import network, shipped_names, small  # noqa: E402
from torch.torch_version import TorchVersion  # noqa: E402
from trained import depends, trained_module  # noqa: E402

from archc.export import onnx as written  # noqa: E402
from archc.export.base.request import ExportError, Request  # noqa: E402
from archc.module.optimised import optimised_module  # noqa: E402
from archc.passes import optimise  # noqa: E402

BOUND = 1e-5
OPTIMISED = ("googlenet", "lenet5", "notebook/lenet5", "resnet18")
"""Specs that ship, without those that have the same kinds of layers again, and take a minute."""
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


@lru_cache(maxsize=1)  # the weights of VGG16 alone are half a gigabyte
def trained(name):
    """Return the graph of a shipped spec for small images, and its module."""
    graph = small(name)
    return graph, trained_module(graph)


def assert_equal(data, graph, module, *batches):
    """Assert that onnxruntime's outputs are torch's, within the bound relative to the largest."""
    session = runtime.InferenceSession(data)
    assert [one.name for one in session.get_outputs()] == [n or "output" for n in graph.outputs]
    for batch in batches:
        x = torch.randn(batch, *graph.input.shape, generator=torch.Generator().manual_seed(2))
        given = session.run(None, {"input": x.numpy()})
        with torch.no_grad():
            wanted = module(x)
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        for one, other in zip(given, wanted, strict=True):
            assert batch == 1 or depends(other)
            difference = (torch.from_numpy(one) - other).abs().max()
            assert difference <= BOUND * other.abs().max()


def assert_states(data, graph, module):
    """Assert that the initialisers are the tensors of the state that evaluation reads."""
    model = onnx.load_from_string(data)
    heads = tuple(f"{head.name}." for head in graph.heads)
    wanted = {
        key: tensor
        for key, tensor in module.state_dict().items()
        if not key.startswith(heads) and not key.endswith("num_batches_tracked")
    }
    found = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    assert set(found) == set(wanted)
    assert all(torch.equal(torch.from_numpy(found[key].copy()), wanted[key]) for key in wanted)


@pytest.mark.parametrize("name", shipped_names("lenet5", "cifar/resnet18"))
def test_shipped_specs_give_torchs_results_for_any_batch_from_the_states_tensors(name):
    graph, module = trained(name)
    data = written.encode(Request(graph, module, dynamic_batch=True))  # the dear part, once
    assert_states(data, graph, module)
    assert_equal(data, graph, module, 1, 3)


NEWER = pytest.mark.skipif(
    TorchVersion(runtime.__version__) < "1.23", reason="this onnxruntime does not know it"
)


@pytest.mark.parametrize("opset", [18, 21, pytest.param(23, marks=NEWER)])
def test_the_opset_can_be_chosen(opset):
    graph, module = trained("lenet5")
    data = written.encode(Request(graph, module, opset=opset))
    versions = {one.domain: one.version for one in onnx.load_from_string(data).opset_import}
    assert versions[""] == opset
    assert_equal(data, graph, module, 1)


@pytest.mark.parametrize("opset", [7, 17, 99])
def test_an_opset_that_torch_cannot_write_is_refused(opset):
    with pytest.raises(ExportError, match=f"{opset}"):
        written.encode(Request(*trained("lenet5"), opset=opset))


def test_the_file_says_where_it_is_from():
    model = onnx.load_from_string(written.encode(Request(*trained("lenet5"))))
    assert {one.key: one.value for one in model.metadata_props}["spec"] == "lenet5"
    assert model.producer_name == "archc"


@pytest.mark.parametrize("layers", OPERATORS.values(), ids=OPERATORS)
def test_operators_give_torchs_results(layers):
    if layers is OPERATORS["adaptive maximum"] and torch.__version__ < "2.10":
        pytest.skip("torch 2.9's exporter has no form of it, and archc says so")
    graph = network(layers, (4, 12, 12))
    module = trained_module(graph)
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
    module = trained_module(graph)
    data = written.encode(Request(graph, module, dynamic_batch=True))
    assert_equal(data, graph, module, 2)


def test_what_onnx_has_no_form_of_names_the_layer():
    graph = network({"a": {"relu": None}, "pool": {"adaptive_max_pool": [3, 5]}}, (4, 7, 12))
    with pytest.raises(ExportError, match=r"layer `pool`: adaptive_max_pool from 4×7×12 to 4×3×5"):
        written.encode(Request(graph, trained_module(graph)))


POOLS = {
    "the last window is dropped": {"avg_pool": 4, "padding": 2, "ceil_mode": True},
    "and of a maximum": {"max_pool": 2, "stride": 3, "padding": 1, "ceil_mode": True},
    "the last window hangs over": {"max_pool": 3, "stride": 2, "ceil_mode": True},
    "over by its own width": {"max_pool": 4, "stride": 4, "dilation": 2, "ceil_mode": True},
    "a mean that counts padding": {"avg_pool": 4, "stride": 3, "padding": 1, "ceil_mode": True},
    "and has none": {"avg_pool": 4, "stride": 3, "ceil_mode": True},
    "a mean that does not count it": {
        "avg_pool": 4, "stride": 3, "padding": 1, "ceil_mode": True, "count_include_pad": False,
    },
    "one axis dropped, one hanging over": {
        "avg_pool": [2, 3], "stride": [5, 4], "padding": 1, "ceil_mode": True,
    },
    "rounding down": {"avg_pool": 4, "stride": 3, "padding": 2},
    "padding apart": {"max_pool": 3, "stride": 1, "padding": 1, "dilation": 3},
}  # fmt: skip


@pytest.mark.parametrize("size", [(9, 9), (10, 8), (11, 7)])
def test_pools_give_torchs_results_whatever_the_last_windows_read(size):
    layers = {f"p{i}": {**pool, "from": "input"} for i, pool in enumerate(POOLS.values())}
    graph = network(layers, (2, *size), outputs={f"o{i}": f"p{i}" for i in range(len(POOLS))})
    module = trained_module(graph)
    data = written.encode(Request(graph, module, dynamic_batch=True))
    assert_equal(data, graph, module, 2)


@pytest.mark.skipif(torch.__version__ < "2.10", reason="torch 2.9's exporter has no form of either")
@pytest.mark.parametrize(
    "same", [{"adaptive_max_pool": 3, "from": "nine"}, pytest.param({}, marks=pytest.mark.long)]
)
def test_of_layers_of_one_kind_the_one_that_cannot_be_written_is_named(same):
    layers = {
        "glob": {"adaptive_max_pool": 1},
        "nine": {"upsample": None, "size": 9, "from": "input"},
        "alike": same or "relu",  # of the same size, and of a map that it divides
        "three": {"from": "input", "adaptive_max_pool": 3},
        "both": {"multiply": ["glob", "three"]},
    }
    graph = network(layers, (3, 10, 10), outputs={"both": "both", "alike": "alike"})
    with pytest.raises(ExportError, match=r"layer `three`: adaptive_max_pool from 3×10×10"):
        written.encode(Request(graph, trained_module(graph)))


@pytest.mark.parametrize(
    "layer", [{"avg_pool": 2, "divisor_override": 3}, {"upsample": 1.1}, {"upsample": [2, 1.3]}]
)
def test_a_setting_that_the_exporter_would_lose_is_refused(layer):
    graph = network({"it": layer}, (4, 6, 6))
    with pytest.raises(ExportError, match=r"layer `it`"):
        written.encode(Request(graph, trained_module(graph)))


def test_missing_libraries_are_reported_with_what_installs_them(monkeypatch):
    monkeypatch.setattr(written, "find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"pip install 'archc-nn\[onnx\]'"):
        written.encode(Request(*trained("lenet5")))


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("notebook/resnet18", written.Onnx.passes),
        ("lenet5", "portable"),
        *(pytest.param(name, written.Onnx.passes, marks=pytest.mark.long) for name in OPTIMISED),
        pytest.param("resnet18", "portable", marks=pytest.mark.long),
    ],
)
def test_an_optimised_network_gives_the_plain_ones_results(name, passes):
    graph, module = trained(name)
    optimised = optimised_module(graph, passes, weights=module.state_dict())
    request = Request(optimise(graph, passes).graph, optimised, dynamic_batch=True)
    data = written.encode(request)
    operators = {node.op_type for node in onnx.load_from_string(data).graph.node}
    assert not operators & {"BatchNormalization", "Identity"}
    assert passes != "portable" or not operators & {"Transpose", "Slice"}
    assert_equal(data, graph, module, 2)


def test_an_output_can_be_called_as_the_exporter_calls_another_value():
    layers = {
        "first": {"conv": 4, "kernel": 1},
        "act": "relu",
        "sum": {"add": ["first", "act"]},
        "last": "relu",
    }
    outputs = {"relu": "sum", "conv2d": "last", "relu_1": "first"}
    graph = network(layers, (3, 4, 4), outputs=outputs)
    module = trained_module(graph)
    assert_equal(written.encode(Request(graph, module)), graph, module, 1)
