"""The specs in `specs/notebook` are the notebook's networks, to the last bit."""

import notebook
import pytest
import torch
from equality import SPECS, assert_same_results, shapes

import archc

PARAMETERS = {"lenet5": 44_426, "vgg16": 134_301_514, "resnet18": 11_181_642}
THEIRS = {
    "lenet5": lambda: notebook.LeNet5(n_classes=10),
    "vgg16": notebook.VGGNet16,
    "resnet18": notebook.resnet18,
}
INPUTS = {"lenet5": (4, 1, 28, 28), "vgg16": (1, 3, 224, 224), "resnet18": (2, 3, 64, 64)}


def ours(name: str, **params) -> torch.nn.Module:
    return archc.compile(SPECS / "notebook" / f"{name}.yaml", **params)


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_keys_and_shapes_of_the_state(name):
    with torch.device("meta"):
        assert list(shapes(ours(name)).items()) == list(shapes(THEIRS[name]()).items())


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_number_of_parameters(name):
    assert archc.load(SPECS / "notebook" / f"{name}.yaml").parameters == PARAMETERS[name]
    with torch.device("meta"):
        assert sum(p.numel() for p in ours(name).parameters()) == PARAMETERS[name]


@pytest.mark.parametrize("name", PARAMETERS)
def test_logits_gradients_and_statistics(name):
    x = torch.randn(INPUTS[name], generator=torch.Generator().manual_seed(1))
    assert_same_results(ours(name), THEIRS[name](), x)


@pytest.mark.parametrize("name", ["lenet5", "resnet18"])
def test_the_initialisation(name):
    model = archc.compile(SPECS / "notebook" / f"{name}.yaml", seed=0)
    for module in model.modules():
        if not isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            continue
        fan_in = module.weight[0].numel()
        deviation = module.weight.std().item() * (fan_in / 2) ** 0.5
        # √(2/n): within five standard errors of one
        assert abs(deviation - 1) < 5 / (2 * module.weight.numel()) ** 0.5
        if module.bias is not None:
            assert not module.bias.any()


@pytest.mark.parametrize("name", ["lenet5", "resnet18"])
def test_the_initialisation_bit_for_bit(name):
    """Drawn from the same seed after the same constructors, the weights are the notebook's."""
    torch.manual_seed(3)
    theirs = THEIRS[name]()
    theirs.apply(notebook.init_params)
    mine = archc.compile(SPECS / "notebook" / f"{name}.yaml", seed=3).state_dict()
    for key, value in theirs.state_dict().items():
        assert torch.equal(mine[key], value), key
