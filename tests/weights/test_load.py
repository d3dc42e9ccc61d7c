"""A module built for weights has them, all of them, and nothing drawn."""

from pathlib import Path

import pytest
import torch
import torchvision

import archc
from archc.analyses.fitting import fit
from archc.pipeline import check
from archc.weights.errors import CheckpointError

SPEC = "archc: 1\ninput: [3, 8, 8]\nlayers:\n  conv: {conv: 4, kernel: 3}\n  bn: batch_norm\n"


@pytest.mark.parametrize("name", ["resnet18", "googlenet"])
def test_torchvisions_files_load_by_name(name: str, tmp_path: Path) -> None:
    plain = {"init_weights": False, "aux_logits": True} if name == "googlenet" else {}
    theirs = torchvision.models.get_model(name, weights=None, **plain).state_dict()
    torch.save(theirs, tmp_path / "w.pth")
    ours = archc.compile(f"specs/{name}.yaml", weights=tmp_path / "w.pth")
    (tmp_path / "w.pth").write_bytes(b"")  # what was mapped must not matter any more
    assert all(torch.equal(value, theirs[key]) for key, value in ours.state_dict().items())


@pytest.mark.parametrize("name", ["vgg16", "resnet18", "resnet152", "googlenet"])
def test_torchvisions_keys_and_shapes_are_the_specs(name: str) -> None:
    more = {"init_weights": False, "aux_logits": True} if name == "googlenet" else {}
    with torch.device("meta"):
        theirs = torchvision.models.get_model(name, weights=None, **more).state_dict()
    graph = check(f"specs/{name}.yaml").sound
    found = fit(graph, {key: tuple(tensor.shape) for key, tensor in theirs.items()})
    assert found.whole
    assert len(found.fits) == len(theirs)


@pytest.mark.parametrize("new", [True, False], ids=["zip", "legacy"])
@pytest.mark.parametrize("wrap", [
    lambda state: {"state_dict": state, "epoch": 3, "best_acc1": 0.5},
    lambda state: {f"module.{key}": value for key, value in state.items()},
    lambda state: {"state_dict": {f"model.{key}": value for key, value in state.items()}},
], ids=["of torchvision's references", "DataParallel", "Lightning"])  # fmt: skip
def test_what_a_training_script_wraps_it_in_is_taken_off(wrap, new: bool, tmp_path: Path) -> None:
    theirs = torchvision.models.resnet18().state_dict()
    torch.save(wrap(theirs), tmp_path / "w.tar", _use_new_zipfile_serialization=new)
    ours = archc.compile("specs/resnet18.yaml", weights=tmp_path / "w.tar").state_dict()
    assert all(torch.equal(value, theirs[key]) for key, value in ours.items())


def test_nothing_is_drawn_and_a_count_that_is_absent_begins_at_zero() -> None:
    state = archc.compile(SPEC).state_dict()
    del state["bn.num_batches_tracked"]
    before = torch.random.get_rng_state()
    module = archc.compile(SPEC, weights=state)
    assert torch.equal(before, torch.random.get_rng_state())
    assert module.bn.num_batches_tracked == 0
    assert torch.equal(module.conv.weight, state["conv.weight"])


def test_keys_that_do_not_fit_are_listed() -> None:
    state = archc.compile(SPEC).state_dict()
    del state["conv.bias"]
    state["other"] = state["conv.weight"] = torch.zeros(2)
    with pytest.raises(CheckpointError) as raised:
        archc.compile(SPEC, weights=state)
    message = str(raised.value)
    assert "1 missing: conv.bias. 1 left over: other." in message
    assert "1 of another shape: conv.weight (2, not 4×3×3×3)" in message
