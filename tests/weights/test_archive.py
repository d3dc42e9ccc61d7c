"""What is read of a file of torch.save is what torch reads, and all but the ordinary is torch's."""

import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from archives import TYPES, assert_torchs, pickled, write
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from archc.weights.archive import read_archive
from archc.weights.checkpoint import read_checkpoint
from archc.weights.errors import CheckpointError

NET = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
STATE = NET.state_dict()
SHARED = torch.arange(24.0)
ORDINARY: dict[str, Any] = {
    "a state": STATE,
    "a dict": dict(STATE),
    "of DataParallel": nn.DataParallel(NET).state_dict(),
    "with an epoch": {"epoch": 3, "best": 0.5, "arch": "net", "model": STATE, "no": None},
    "with an optimiser": {
        "state_dict": STATE,
        "optimizer": torch.optim.Adam(NET.parameters(), lr=0.1).state_dict(),
    },
    "shared and partial": {
        "all": SHARED, "part": SHARED[5:9], "rows": SHARED.view(6, 4)[2:], "scalar": SHARED[7],
        "one": SHARED.view(4, 6)[:, :1][:1],
    },
    "every type": {name: torch.tensor([[1], [0]]).to(kind) for name, kind in TYPES.items()},
    "a name that is not ASCII": {"schicht.gewicht_ä": torch.ones(2)},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archives")


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_files_are_read_as_torch_reads_them(name: str, tmp_path: Path) -> None:
    torch.save(ORDINARY[name], tmp_path / "w.pth")
    assert read_archive(tmp_path / "w.pth") is not None
    assert_torchs(tmp_path / "w.pth")


class Hostile:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return os.system, (f"touch {self.path}",)


UNUSUAL: dict[str, Any] = {
    "strides": {"a": SHARED.view(6, 4).T},
    "expanded": {"a": torch.zeros(1).expand(10**12)},
    "empty": {"a": torch.zeros(0, 3)},
    "sparse": {"a": torch.eye(2).to_sparse()},
    "complex": {"a": torch.ones(2, dtype=torch.complex64)},
    "conjugate": {"a": torch.ones(2, dtype=torch.complex64).conj()},
    "meta": {"a": torch.ones(2, device="meta")},
    "a parameter": dict(NET.named_parameters()),
    "a whole module": NET,
    "something between": {**STATE, "version": 3},
    "a key that is no text": {0: torch.ones(2)},
    "no tensors": {"epoch": 3},
    "nothing": {},
    "a list": [torch.ones(2)],
    "a tensor": torch.ones(2),
    "an attribute": (lambda state: vars(state).update(other=3) or state)(OrderedDict(a=SHARED)),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_all_else_is_left_to_torch(name: str, tmp_path: Path) -> None:
    torch.save(UNUSUAL[name], tmp_path / "w.pth")
    assert read_archive(tmp_path / "w.pth") is None


def test_a_mapping_that_lies_in_itself_holds_no_tensors(tmp_path: Path) -> None:
    itself: dict[str, Any] = {}
    itself["model"] = itself
    torch.save(itself, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match="no tensors"):
        read_checkpoint(tmp_path / "w.pth")
    assert read_archive(tmp_path / "w.pth") is None


def test_code_is_not_run_and_left_to_torch(tmp_path: Path) -> None:
    torch.save({**STATE, "evil": Hostile(tmp_path / "touched")}, tmp_path / "w.pth")
    assert read_archive(tmp_path / "w.pth") is None
    assert not (tmp_path / "touched").exists()


def test_an_archive_of_another_byte_order_or_version_is_left_to_torch(folder: Path) -> None:
    data = pickled((10, 0, (1,), (1,)))
    assert read_archive(write(folder / "w", data)) is not None
    assert read_archive(write(folder / "w", data, byteorder=b"big")) is None
    assert read_archive(write(folder / "w", data, **{"constants.pkl": b""})) is None


SIZE = st.integers(-2, 12) | st.sampled_from([2**31, 2**62, 2**63, True, 0.5, "1", None])
SIZES = st.lists(SIZE | st.integers(1, 3), max_size=3).map(tuple)


@given(st.lists(st.tuples(SIZE | st.just(10), SIZE, SIZES, SIZES), min_size=1, max_size=2))
def test_whatever_is_claimed_of_a_tensor_what_is_read_is_torchs(folder: Path, claims: list) -> None:
    assert_torchs(write(folder / "w", pickled(*claims)))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=3))
@settings(max_examples=30)
def test_tensors_within_their_storage_are_read(folder: Path, offsets: list[int]) -> None:
    path = write(folder / "w", pickled(*((10, offset, (2, 2), (2, 1)) for offset in offsets)))
    assert (read_archive(path) is not None) == (max(offsets) <= 6)
    assert_torchs(path)


@pytest.mark.parametrize("length", [9, 11, 2**30])
def test_a_storage_of_another_size_is_left_to_torch(length: int, folder: Path) -> None:
    assert read_archive(write(folder / "w", pickled((length, 0, (1,), (1,))))) is None


def test_a_storage_of_two_types_is_left_to_torch(folder: Path) -> None:
    floats = (10, 0, (10,), (1,), torch.FloatStorage)
    longs = (5, 0, (5,), (1,), torch.LongStorage)
    assert read_archive(write(folder / "w", pickled(floats, floats))) is not None
    assert read_archive(write(folder / "w", pickled(longs))) is not None
    assert read_archive(write(folder / "w", pickled(floats, longs))) is None
