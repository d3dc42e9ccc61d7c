"""Of an archive that is damaged or forged nothing is read, or what torch reads of it."""

import contextlib
import io
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
import torch
from archives import assert_torchs, write
from hypothesis import given, settings
from hypothesis import strategies as st

import archc
from archc.weights.archive import read_archive
from archc.weights.errors import CheckpointError

SPEC = "archc: 1\ninput: [2]\nlayers: {fc: {linear: 1}, bn: batch_norm}\n"


def saved(state: object) -> bytes:
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


STATE = archc.compile(SPEC, seed=1).state_dict()
WHOLE = saved({"epoch": 3, "model": STATE})
DATA = zipfile.ZipFile(io.BytesIO(WHOLE)).read("archive/data.pkl")
RECORDS = {
    f"data/{i}": zipfile.ZipFile(io.BytesIO(WHOLE)).read(f"archive/data/{i}")
    for i in range(len(STATE))
}
DIRECTORY = struct.unpack("<Q", WHOLE[-50:-42])[0]
"""Where the list of the members begins; what is behind the data says where the bytes are."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archives")


def edited(data: bytes, edits: list[tuple[int, bytes]]) -> bytes:
    found = bytearray(data)
    for at, new in edits:
        found[at : at + len(new)] = new
    return bytes(found[: len(data)])


def edits(begin: int, end: int) -> st.SearchStrategy[list[tuple[int, bytes]]]:
    numbers = st.sampled_from([0, 1, 2, 4, 8, 64, 255, 2**15, 2**16 - 1, 2**31, 2**32 - 1])
    new = st.binary(min_size=1, max_size=2) | numbers.map(lambda n: struct.pack("<I", n))
    return st.lists(st.tuples(st.integers(begin, end - 1), new), min_size=1, max_size=3)


def assert_sound(path: Path) -> None:
    assert_torchs(path)
    with contextlib.suppress(CheckpointError):
        assert set(archc.compile(SPEC, weights=path).state_dict()) == set(STATE)


@given(edits(0, len(WHOLE)))
def test_bytes_anywhere(folder: Path, changes: list[tuple[int, bytes]]) -> None:
    (folder / "w").write_bytes(edited(WHOLE, changes))
    assert_sound(folder / "w")


@given(edits(DIRECTORY, len(WHOLE)))
def test_bytes_of_the_directory(folder: Path, changes: list[tuple[int, bytes]]) -> None:
    (folder / "w").write_bytes(edited(WHOLE, changes))
    assert_sound(folder / "w")


@given(edits(0, len(DATA)))
@settings(max_examples=200)
def test_bytes_of_the_pickle(folder: Path, changes: list[tuple[int, bytes]]) -> None:
    """The archive is whole: its checksums hold."""
    assert_sound(write(folder / "w", edited(DATA, changes), **RECORDS))


@given(st.integers(0, len(WHOLE) - 1))
def test_an_archive_that_is_cut_off(folder: Path, kept: int) -> None:
    (folder / "w").write_bytes(WHOLE[:kept])
    assert read_archive(folder / "w") is None


def moved(name: str, to: str) -> bytes:
    """Return the archive whose directory says that a member begins where another one does."""
    places = {one.filename: one.header_offset for one in members()}
    at = WHOLE.index(f"archive/{name}".encode(), DIRECTORY) - 4
    return edited(WHOLE, [(at, struct.pack("<I", places[f"archive/{to}"]))])


def members() -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(WHOLE)).infolist()


def with_member(name: str, content: bytes) -> bytes:
    file = io.BytesIO(WHOLE)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, content)  # twice the same name is no mistake here
    return file.getvalue()


def rewritten(compression: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for member in members():
            archive.writestr(member.filename, zipfile.ZipFile(io.BytesIO(WHOLE)).read(member))
    return file.getvalue()


FORGED = {
    "bytes before it": b"PK\x03\x04" + WHOLE,
    "bytes after it": WHOLE + b"\0",
    "two archives": WHOLE + WHOLE,
    "a comment": WHOLE[:-2] + b"\x01\x00!",
    "a member twice": with_member("archive/data/0", RECORDS["data/0"]),
    "a member in capitals": with_member("archive/DATA/0", RECORDS["data/0"]),
    "another member": with_member("archive/code/net.py", b"1"),
    "another folder": with_member("other/data.pkl", DATA),
    "compressed": rewritten(zipfile.ZIP_DEFLATED),
    "written by another program": rewritten(zipfile.ZIP_STORED),
    "members in one place": moved("data/3", "data/2"),
    "numbers in the place of the pickle": moved("data/0", "data.pkl"),
    "the pickle in the place of numbers": moved("data.pkl", "data/0"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_archives(name: str, folder: Path) -> None:
    (folder / "w").write_bytes(FORGED[name])
    assert_sound(folder / "w")


@pytest.mark.parametrize("name", [name for name in FORGED if "place" not in name])
def test_only_torchs_own_form_is_read(name: str, folder: Path) -> None:
    (folder / "w").write_bytes(FORGED[name])
    assert read_archive(folder / "w") is None
