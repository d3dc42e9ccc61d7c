"""Checkpoints are read whole, run nothing, and are refused in one line that says why."""

import os
import resource
import signal
from pathlib import Path

import pytest
import torch
from torch import nn

from archc.weights.checkpoint import read_checkpoint, write_weights
from archc.weights.errors import CheckpointError
from archc.weights.opening import read_shapes

STATE = nn.Linear(3, 4).state_dict()


class Hostile:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return os.system, (f"touch {self.path}",)


def save(path: Path, kind: str) -> Path:
    if kind == "safetensors":
        write_weights(path, STATE)
    else:
        torch.save(STATE, path, _use_new_zipfile_serialization=kind == "zip")
    return path


KINDS = ["safetensors", "zip", "legacy"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_is_read_whatever_the_suffix(kind: str, tmp_path: Path) -> None:
    path = save(tmp_path / "weights", kind)
    found = read_checkpoint(path)
    assert set(found) == set(STATE)
    assert all(torch.equal(found[key], STATE[key]) for key in STATE)
    assert read_shapes(path).shapes == {key: tuple(t.shape) for key, t in STATE.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [0, 4, 20, 0.5, 0.95])
def test_a_file_that_is_cut_off_is_refused(kind: str, kept: float, tmp_path: Path) -> None:
    path = save(tmp_path / "weights", kind)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept if kept > 1 else kept * len(whole))])
    for read in (read_checkpoint, read_shapes):
        with pytest.raises(CheckpointError) as raised:
            read(path)
        assert "\n" not in str(raised.value)


def test_wrappings_are_taken_off_and_said(tmp_path: Path) -> None:
    path = tmp_path / "wrapped.pth"
    inner = {f"module._orig_mod.{key}": value for key, value in STATE.items()}
    torch.save({"epoch": 3, "model": inner}, path)
    found = read_checkpoint(path)
    assert set(found) == set(STATE)
    assert len(found.remarks) == 3
    assert set(read_checkpoint(path, ["module.weight"])) == {f"{key}" for key in inner}


@pytest.mark.parametrize("new", [True, False])
def test_code_is_named_and_not_run(new: bool, tmp_path: Path) -> None:
    path, touched = tmp_path / "evil.pth", tmp_path / "touched"
    torch.save({"a": Hostile(touched)}, path, _use_new_zipfile_serialization=new)
    with pytest.raises(CheckpointError, match=r"it holds code: .*system"):
        read_checkpoint(path)
    assert not touched.exists()


def test_a_tensor_larger_than_its_file_is_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(1).expand(10**12)}, tmp_path / "huge.pth")
    with pytest.raises(CheckpointError, match="larger than the whole file"):
        read_checkpoint(tmp_path / "huge.pth")


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello, this is a text")
    torch.save({"a": 1}, tmp_path / "numbers")
    torch.save([1], tmp_path / "list")
    said = {".": "folder", "text": "no checkpoint", "numbers": "no tensors", "list": "a list"}
    for name, reason in {**said, "nowhere": "no such file"}.items():
        with pytest.raises(CheckpointError, match=reason):
            read_checkpoint(tmp_path / name)


def test_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CheckpointError, match="no file"):
        write_weights(tmp_path / "pipe", STATE)
    assert (tmp_path / "pipe").is_fifo()


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = save(tmp_path / "weights", "safetensors")
    old = path.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limit[1]))
    try:
        with pytest.raises(CheckpointError, match="cannot write it: file too large"):
            write_weights(path, {"a": torch.zeros(1000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]
