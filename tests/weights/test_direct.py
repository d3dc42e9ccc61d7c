"""A file is read straight into the module or the library's way, to the same end."""

import gc
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch._subclasses.fake_tensor import FakeTensorMode

import archc
from archc.weights import direct
from archc.weights.errors import CheckpointError
from archc.weights.opening import read_places

SPEC = "archc: 1\ninput: [3, 8, 8]\nlayers:\n  conv: {conv: 4, kernel: 3}\n  bn: batch_norm\n"
STATE = archc.compile(SPEC, seed=1).state_dict()
STATE["bn.running_var"] += 0.5
STATE["bn.num_batches_tracked"] += 7


SAVE = pytest.mark.parametrize("save", [save_file, torch.save])
Save = Callable[[dict[str, torch.Tensor], Path], None]


def built(save: Save, state: dict[str, torch.Tensor], path: Path) -> dict[str, torch.Tensor]:
    save(state, path)
    return archc.compile(SPEC, weights=path).state_dict()


@SAVE
def test_every_tensor_is_the_files(save: Save, tmp_path: Path) -> None:
    found = built(save, STATE, tmp_path / "w")
    assert direct.takes(read_places(tmp_path / "w").stored, found)
    assert all(torch.equal(found[key], STATE[key]) for key in STATE)


@SAVE
@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_another_type_becomes_the_modules(save: Save, kind: torch.dtype, tmp_path: Path) -> None:
    other = {key: value.to(kind) for key, value in STATE.items()}
    found = built(save, other, tmp_path / "w")
    assert not direct.takes(read_places(tmp_path / "w").stored, found)
    for key, value in STATE.items():
        assert found[key].dtype is value.dtype
        assert torch.equal(found[key], other[key].to(value.dtype))


@SAVE
def test_the_file_may_go_and_a_prefix_is_taken_off(save: Save, tmp_path: Path) -> None:
    found = built(save, {f"module.{key}": value for key, value in STATE.items()}, tmp_path / "w")
    (tmp_path / "w").write_bytes(b"")
    assert all(torch.equal(found[key], STATE[key]) for key in STATE)


@pytest.mark.parametrize(
    "offsets", [[0, 99], [-4, 16], [16, 0], [8, 24], [0, 16, 3], "ab", [0.5, 16], None]
)
def test_a_header_with_places_that_are_not_so_is_refused(offsets: object, tmp_path: Path) -> None:
    spec = "archc: 1\ninput: [4]\nlayers: {fc: {linear: 1, bias: false}}\n"
    tensors = {"fc.weight": {"dtype": "F32", "shape": [1, 4], "data_offsets": offsets}}
    header = json.dumps(tensors).encode()
    (tmp_path / "w").write_bytes(len(header).to_bytes(8, "little") + header + bytes(16))
    with pytest.raises(CheckpointError, match="damaged"):
        archc.compile(spec, weights=tmp_path / "w")


@SAVE
def test_a_file_that_is_cut_off_while_it_is_read_is_refused(save: Save, tmp_path: Path) -> None:
    save(STATE, tmp_path / "w")
    stored = read_places(tmp_path / "w").stored
    end = max(one.end for one in stored.values())
    (tmp_path / "w").write_bytes((tmp_path / "w").read_bytes()[: end - 1])
    with pytest.raises(CheckpointError, match="ends within a tensor"):
        direct.read_into(tmp_path / "w", stored, archc.compile(SPEC).state_dict())


def test_tensors_without_memory_and_of_another_size_are_not_written(tmp_path: Path) -> None:
    torch.save(STATE, tmp_path / "w")
    stored = read_places(tmp_path / "w").stored
    with FakeTensorMode():
        assert not direct.takes(stored, archc.compile(SPEC).state_dict())
        assert archc.compile(SPEC, weights=tmp_path / "w").conv.weight.shape == (4, 3, 3, 3)
    assert not direct.takes(stored, {**STATE, "bn.weight": torch.ones(3)})
    assert not direct.takes(stored, {**STATE, "bn.weight": torch.ones(8)[::2]})
    assert not direct.takes(stored, {key: value.to("meta") for key, value in STATE.items()})


def test_the_search_for_garbage_is_on_again_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        archc.compile(SPEC, weights=tmp_path / "nowhere")
    assert gc.isenabled()
