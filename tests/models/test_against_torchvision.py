"""The specs that bear torchvision's names are torchvision's networks, to the last bit."""

import re

import pytest
import torch
import torchvision.models
from equality import SPECS, assert_same_results, shapes

import archc
from archc import shipped
from archc.analyses.difference import difference

PARAMETERS = {
    "vgg16": 138_357_544,
    "resnet18": 11_689_512,
    "resnet152": 60_192_808,
    "googlenet": 13_004_888,
}


SAME_NAME = sorted(
    {*shipped.models()} & {*torchvision.models.list_models(module=torchvision.models)}
)


def theirs(name: str) -> torch.nn.Module:
    plain = {"init_weights": False} if name in ("vgg16", "googlenet", "inception_v3") else {}
    heads = {"aux_logits": True} if name == "googlenet" else {}
    return torchvision.models.get_model(name, weights=None, **plain, **heads)


def ours(name: str, **params) -> torch.nn.Module:
    return archc.compile(name, **params)


@pytest.fixture
def regnets_compute_their_widths_on_the_cpu(monkeypatch):
    """torchvision's RegNet reads the numbers of tensors, which are none on the meta device."""
    params = torchvision.models.regnet.BlockParams
    compute = params.from_init_params

    def computed(**settings):
        with torch.device("cpu"):
            return compute(**settings)

    monkeypatch.setattr(params, "from_init_params", computed)


@pytest.mark.usefixtures("regnets_compute_their_widths_on_the_cpu")
@pytest.mark.parametrize("name", SAME_NAME)
def test_the_keys_and_shapes_of_the_state(name):
    with torch.device("meta"):
        assert shapes(ours(name)) == shapes(theirs(name))


def test_the_page_of_networks_lists_them_with_their_numbers():
    text = (SPECS.parent / "docs" / "models.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `(\S+)` \| \[`(\S+)`\]\(\S+\) \| (\S+) \| (\S+) \| (.*) \|$", text, re.M
    )
    assert [name for name, *_ in rows] == SAME_NAME
    for name, file, parameters, macs, same in rows:
        arch = archc.load(name)
        assert (f"{arch.parameters:,}", f"{arch.macs:,}") == (parameters, macs)
        assert SPECS.parent / file == shipped.find(name)
        assert same == "yes | yes | yes"


@pytest.mark.parametrize(
    ("family", "name"),
    [("resnet", "resnet18"), ("resnet", "resnet152"), ("vgg", "vgg16")],
)
def test_a_variant_is_the_network_of_its_own_file(family, name):
    variant = archc.load(SPECS / f"{family}.yaml", variant=name).graph
    file = archc.load(SPECS / f"{name}.yaml").graph
    assert difference(file, variant).same


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_number_of_parameters(name):
    assert archc.load(SPECS / f"{name}.yaml").parameters == PARAMETERS[name]
    with torch.device("meta"):
        assert sum(p.numel() for p in ours(name).parameters()) == PARAMETERS[name]


def test_other_numbers_of_classes_are_a_parameter_away():
    with torch.device("meta"):
        other = torchvision.models.resnet18(weights=None, num_classes=10)
        assert shapes(ours("resnet18", classes=10)) == shapes(other)


@pytest.mark.parametrize(
    "name",
    [
        "alexnet",
        "densenet121",
        "efficientnet_b0",
        pytest.param("efficientnet_v2_s", marks=pytest.mark.long),
        "mnasnet0_75",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "regnet_y_400mf",
        "resnet18",
        "resnet152",
        "resnext50_32x4d",
        "shufflenet_v2_x0_5",
        "squeezenet1_1",
        pytest.param("vgg11_bn", marks=pytest.mark.long),
        "vgg16",
    ],
)
def test_logits_gradients_and_statistics(name):
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    assert_same_results(ours(name), theirs(name), x)


def test_googlenet_with_its_heads():
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    # torchvision gives (logits, aux2, aux1); the spec names its heads in their own order.
    swapped = lambda outputs: (outputs[0], outputs[2], outputs[1])  # noqa: E731
    assert_same_results(ours("googlenet"), theirs("googlenet"), x, swapped)


def test_inceptions_logits_at_its_smallest_size():
    mine, other = ours("inception_v3").eval(), theirs("inception_v3").eval()
    mine.load_state_dict(other.state_dict())
    x = torch.randn(1, 3, 75, 75, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(mine(x), other(x), rtol=0, atol=0)


@pytest.mark.long
def test_inception_with_its_head():
    x = torch.randn(2, 3, 299, 299, generator=torch.Generator().manual_seed(1))
    assert_same_results(ours("inception_v3"), theirs("inception_v3"), x)


def test_googlenets_heads_are_gone_in_evaluation():
    found = ours("googlenet").train()(torch.randn(2, 3, 64, 64))
    assert found._fields == ("output", "aux1", "aux2")
    assert isinstance(ours("googlenet").eval()(torch.randn(2, 3, 64, 64)), torch.Tensor)


def test_what_torchvision_does_to_googlenets_images():
    """`transform_input` makes mean 0.5, deviation 0.5 of ImageNet's usual mean and deviation."""
    pixels = torch.rand(2, 3, 64, 64)
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    other = theirs("googlenet")
    other.transform_input = True
    mine = ours("googlenet")
    mine.load_state_dict(other.state_dict())
    given = mine.eval()((pixels - 0.5) / 0.5)
    torch.testing.assert_close(given, other.eval()((pixels - mean) / deviation))


def test_resnet18_at_its_own_size():
    x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    assert_same_results(ours("resnet18"), theirs("resnet18"), x)
