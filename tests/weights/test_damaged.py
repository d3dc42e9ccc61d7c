"""Of damaged checkpoints nothing is loaded that the libraries refuse, or read otherwise."""

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest
import torch
from archives import pickled, write
from damage import ARCH, ARCHIVES, SAFE, STATE, THEIRS, assert_judged, mutations, sampled
from safetensors import SafetensorError
from safetensors.torch import load_file

from archc.weights.checkpoint import read_checkpoint
from archc.weights.errors import CheckpointError
from archc.weights.opening import read_shapes


@pytest.mark.parametrize("kind", THEIRS)
def test_whole_files_are_loaded(kind: str, tmp_path: Path) -> None:
    whole = {"legacy": None, "safetensors": SAFE, **ARCHIVES}[kind]
    if whole is not None:
        assert assert_judged(tmp_path / "w", whole, THEIRS[kind])


@pytest.mark.parametrize("kind", THEIRS)
def test_a_sample_of_damage(kind: str, tmp_path: Path) -> None:
    for data in sampled(mutations(kind), 60, seed=1):
        assert_judged(tmp_path / "w", data, THEIRS[kind])


@pytest.mark.long
@pytest.mark.parametrize("kind", THEIRS)
def test_all_damage(kind: str, tmp_path: Path) -> None:
    for data in sampled(mutations(kind), 6_000, seed=2):
        assert_judged(tmp_path / "w", data, THEIRS[kind])


def assert_refused(path: Path, data: bytes, match: str) -> None:
    path.write_bytes(data)
    for read in (read_checkpoint, read_shapes, lambda path: ARCH.compile(weights=path)):
        with pytest.raises(CheckpointError, match=match):
            read(path)


@pytest.mark.parametrize("kind", ARCHIVES)
@pytest.mark.parametrize("field", [26, 28], ids=["of the name", "of what follows it"])
@pytest.mark.parametrize("by", [-8, -4, 4, 8])
def test_a_length_in_a_local_header(kind: str, field: int, by: int, tmp_path: Path) -> None:
    """torch reads numbers from beside the tensor."""
    data = bytearray(ARCHIVES[kind])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        here = next(one for one in archive.infolist() if one.filename.endswith("data/1"))
    at = here.header_offset + field
    length = struct.unpack_from("<H", data, at)[0]
    struct.pack_into("<H", data, at, (length + by) % 2**16)
    assert_refused(tmp_path / "w", bytes(data), "is damaged or cut off")


@pytest.mark.parametrize("kind", ARCHIVES)
def test_numbers_of_what_claims_to_be_a_folder(kind: str, tmp_path: Path) -> None:
    """torch gives memory that nobody has written to."""
    data = bytearray(ARCHIVES[kind])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = data.index(b"/data/1", archive.start_dir)
    entry = data.rindex(b"PK\x01\x02", 0, at)
    data[entry + 38] |= 0x10
    assert_refused(tmp_path / "w", bytes(data), "is a folder that holds numbers")


@pytest.mark.parametrize("length", [11, 12, 2**40])
def test_a_storage_that_claims_more_than_its_member_has(length: int, tmp_path: Path) -> None:
    """Mapped, torch would read on in what stands behind it."""
    data = write(tmp_path / "w", pickled((length, 0, (11,), (1,)))).read_bytes()
    assert_refused(tmp_path / "w", data, "is damaged or cut off")


def test_a_name_with_line_breaks_is_reported_in_one_line(tmp_path: Path) -> None:
    torch.save({**STATE, "fc.\x1b[31m\nbias": STATE["fc.bias"]}, tmp_path / "w")
    with pytest.raises(CheckpointError, match="1 left over") as raised:
        ARCH.compile(weights=tmp_path / "w")
    assert str(raised.value).isprintable()


def header_of(**tensors: object) -> bytes:
    text = json.dumps(tensors).encode()
    return len(text).to_bytes(8, "little") + text


def tensor(begin: int, end: int, *shape: int, dtype: str = "F32") -> dict:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


REFUSED = {
    "an overlap": header_of(a=tensor(0, 8, 2), b=tensor(4, 12, 2)) + bytes(12),
    "one in another": header_of(a=tensor(0, 16, 4), b=tensor(4, 12, 2)) + bytes(16),
    "the same bytes": header_of(a=tensor(0, 8, 2), b=tensor(0, 8, 2)) + bytes(8),
    "a hole": header_of(a=tensor(0, 8, 2), b=tensor(12, 20, 2)) + bytes(20),
    "a hole before all": header_of(a=tensor(4, 12, 2)) + bytes(12),
    "bytes behind all": header_of(a=tensor(0, 8, 2)) + bytes(9),
    "bytes missing": header_of(a=tensor(0, 8, 2)) + bytes(7),
    "a type of another size": header_of(a=tensor(0, 8, 2, dtype="F64")) + bytes(8),
    "a type that is none": header_of(a=tensor(0, 8, 2, dtype="X32")) + bytes(8),
    "a size that overflows": header_of(a=tensor(0, 0, 2**32, 2**32)),
    "a size that is negative": header_of(a=tensor(0, 8, -1, -2)) + bytes(8),
    "a size that is true": header_of(a={**tensor(0, 4), "shape": [True]}) + bytes(4),
    "an offset that is no whole number": header_of(a=tensor(0, 8.0, 2)) + bytes(8),
    "a name twice": (63 + 63).to_bytes(8, "little")
    + b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":0},'.ljust(63)
    + b' "a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}'.ljust(63)
    + bytes(16),
    "metadata that are no texts": header_of(__metadata__={"a": 1}, b=tensor(0, 8, 2)) + bytes(8),
    "a header of 2⁶³ bytes": (2**63).to_bytes(8, "little") + header_of(a=tensor(0, 0, 0))[8:],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_file_of_safetensors(name: str, tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(REFUSED[name])
    with pytest.raises(SafetensorError):
        load_file(tmp_path / "w")
    assert_refused(tmp_path / "w", REFUSED[name], "is damaged or cut off")


def test_tensors_in_any_order_and_without_numbers_lie_where_they_are(tmp_path: Path) -> None:
    header = header_of(b=tensor(8, 16, 2), none=tensor(8, 8, 0), a=tensor(0, 8, 2))
    (tmp_path / "w").write_bytes(header + torch.arange(4.0).numpy().tobytes())
    found = read_checkpoint(tmp_path / "w")
    assert found["a"].tolist() == [0, 1]
    assert found["b"].tolist() == [2, 3]
    assert read_shapes(tmp_path / "w").shapes == {"a": (2,), "b": (2,), "none": (0,)}


def test_the_network_that_is_damaged_here_has_every_kind_of_tensor() -> None:
    assert {value.dtype for value in STATE.values()} == {torch.float32, torch.int64}
