"""The layers in archc/emit/runtime, used as any module is, compute what torch's layers do."""

import copy
import pickle
from typing import Any

import pytest
import torch
from floating import difference
from torch import nn

from archc.emit.runtime.packed_conv2d import PackedConv2d
from archc.emit.runtime.plain import plain
from archc.emit.runtime.plain_batch_norm2d import PlainBatchNorm2d
from archc.emit.runtime.plain_conv2d import PlainConv2d
from archc.emit.runtime.plain_group_norm import PlainGroupNorm
from archc.emit.runtime.prepared_conv2d import PreparedConv2d
from archc.emit.runtime.winograd_conv2d import WinogradConv2d

BOUND = 1e-5

PLAIN: list[tuple[type[nn.Module], type[nn.Module], tuple[int, ...], dict[str, Any]]] = [
    (PlainConv2d, nn.Conv2d, (4, 6), {"kernel_size": 3, "padding": 1}),
    (PlainBatchNorm2d, nn.BatchNorm2d, (4,), {"track_running_stats": False}),
    (PlainGroupNorm, nn.GroupNorm, (2, 4), {}),
]
PREPARED: list[tuple[type[PreparedConv2d], dict[str, Any]]] = [
    (PackedConv2d, {"kernel_size": (3, 5), "stride": (2, 1), "groups": 2}),
    (PackedConv2d, {"kernel_size": 3, "relu": True, "bias": False}),
    (WinogradConv2d, {"kernel_size": 3, "padding": (1, 1)}),
    (WinogradConv2d, {"kernel_size": 3, "relu": True, "bias": False}),
]


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def reference(layer: PreparedConv2d, settings: dict[str, Any]) -> nn.Module:
    conv = nn.Conv2d(4, 6, **{name: value for name, value in settings.items() if name != "relu"})
    conv.load_state_dict(layer.state_dict())
    return nn.Sequential(conv, nn.ReLU()) if layer.relu else conv


def test_plain_is_a_copy_in_the_plain_layout() -> None:
    x = torch.randn(2, 3, 1, 5).to(memory_format=torch.channels_last)
    assert plain(x).equal(x)
    assert plain(x).stride() == (15, 5, 5, 1)


@pytest.mark.parametrize(("kind", "torchs", "channels", "settings"), PLAIN)
def test_a_plain_layer_gives_what_torchs_gives_in_that_layout(
    kind: type[nn.Module],
    torchs: type[nn.Module],
    channels: tuple[int, ...],
    settings: dict[str, Any],
) -> None:
    layer, other = kind(*channels, **settings), torchs(*channels, **settings)
    other.load_state_dict(layer.state_dict())
    x = torch.randn(2, 4, 7, 8)
    last = copy.deepcopy(layer).to(memory_format=torch.channels_last)
    assert last(x.to(memory_format=torch.channels_last)).equal(other(x))


@pytest.mark.parametrize(("kind", "settings"), PREPARED)
def test_a_prepared_layer_gives_what_the_convolution_and_the_relu_give(
    kind: type[PreparedConv2d], settings: dict[str, Any]
) -> None:
    layer = kind(4, 6, **settings)
    expected = reference(layer, settings)
    x = torch.randn(2, 4, 9, 12)
    with torch.inference_mode():
        assert difference([expected(x)], [layer(x)]) <= BOUND
    assert layer._prepared is not None
    assert difference([expected(x)], [layer(x)]) <= BOUND  # with gradients


@pytest.mark.parametrize(("kind", "settings"), PREPARED)
def test_kernels_are_prepared_once_and_again_when_they_change(
    kind: type[PreparedConv2d], settings: dict[str, Any]
) -> None:
    layer = kind(4, 6, **settings)
    x = torch.randn(1, 4, 9, 9)
    with torch.no_grad():
        layer(x)
        first = layer._prepared
        layer(x)
        assert layer._prepared is first
        layer.weight.data[:] = 1
        assert difference([reference(layer, settings)(x)], [layer(x)]) <= BOUND
    assert layer._prepared is not first


@pytest.mark.parametrize(("kind", "settings"), PREPARED)
def test_prepared_kernels_are_no_part_of_what_is_saved(
    kind: type[PreparedConv2d], settings: dict[str, Any]
) -> None:
    layer = kind(4, 6, **settings)
    x = torch.randn(1, 4, 9, 9)
    with torch.no_grad():
        layer(x)
    again = pickle.loads(pickle.dumps(layer))
    assert again._prepared is None
    assert again(x).equal(layer(x))
    assert list(layer.state_dict()) == list(
        nn.Conv2d(4, 6, 3, bias=layer.bias is not None).state_dict()
    )


def test_a_layer_shows_its_relu() -> None:
    assert repr(PackedConv2d(4, 6, kernel_size=1, relu=True)).endswith("stride=(1, 1), relu=True)")
    assert "relu" not in repr(PackedConv2d(4, 6, kernel_size=1))
