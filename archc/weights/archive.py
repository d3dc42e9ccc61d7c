"""An archive of ``torch.save``: its directory and its pickle say where the tensors are.

What is taken here is what torch writes for a mapping of dense tensors, in just its form. All else,
damage too, is for torch to read or to reject. So strict a form leaves no room for two readers to
see two things in one file.

Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 to 4.3.16
"""

import re
import zipfile
from collections.abc import Collection, Iterable, Mapping
from io import FileIO
from pathlib import Path
from struct import unpack, unpack_from
from typing import Any

from archc.weights.described import Dense, Storage
from archc.weights.layout import data_begins
from archc.weights.pickled import read_pickle
from archc.weights.stored import Places, Stored, bits
from archc.weights.wrapping import unwrap

_RECORDS = {  # what they hold; those with a dot came later, as did the byte order
    "version": rb"3\n",
    "byteorder": rb"little",
    ".format_version": rb"[0-9]+",
    ".storage_alignment": rb"[0-9]+",
    ".data/serialization_id": rb"[0-9]+",
}
_NUMBERS = re.compile("data/[0-9]+")
_FLAGS = 0x808  # names are in UTF-8; sizes follow the data too
_ENTRY = "<4s24xHHH12x"  # of the directory; a name, more and a comment, of these lengths, follow
_ENTRY_SIZE = 46
_END = "<4sQHHIIQQQQ 4sIQI 4sHHHHIIH"  # the three records that an archive of torch ends with
_END_SIZE = 98


def read_archive(path: Path, expected: Collection[str] = ()) -> Places | None:
    """Return where the tensors of a file of ``torch.save`` are; None if it is no ordinary one."""
    try:
        with path.open("rb", buffering=0) as file:
            return _places(file, expected)
    except Exception:  # whatever a file that is none leads to: torch says what is wrong
        return None


def _places(file: FileIO, expected: Collection[str]) -> Places:
    with zipfile.ZipFile(file) as archive:
        members = _members(archive)
        end = _directory(file, members.values())
        placed = data_begins(file, members.values(), end)
        _check_records(archive, members)
        contents = read_pickle(archive.read(members["data.pkl"]))
    begins = _begins(members, contents.storages.values(), placed)
    state, remarks = unwrap(contents.value, expected)
    _expect(state and all(type(key) is str for key in state))
    stored = {key: _stored(tensor, begins) for key, tensor in state.items()}
    return Places(stored, remarks)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, without the folder that all of them are in."""
    members = archive.infolist()
    folder = members[0].filename.partition("/")[0] + "/"
    for member in members:
        _expect(member.filename == member.orig_filename and member.filename.startswith(folder))
        _expect(member.compress_type == zipfile.ZIP_STORED)
        _expect(member.compress_size == member.file_size and member.flag_bits == _FLAGS)
        _expect(not (member.volume or member.internal_attr or member.external_attr))
    named = {member.filename.removeprefix(folder): member for member in members}
    _expect(len(named) == len(members))
    return named


def _check_records(archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> None:
    """Refuse members that torch does not write, or with what it does not write in them."""
    _expect("version" in members)
    for name, member in members.items():
        if name != "data.pkl" and not _NUMBERS.fullmatch(name):
            _expect(re.fullmatch(_RECORDS[name], archive.read(member)))


def _directory(file: FileIO, members: Iterable[zipfile.ZipInfo]) -> int:
    """Return where the directory begins, which has these members and is followed by the end."""
    lengths = [len(member.filename.encode()) for member in members]
    size = sum(lengths) + _ENTRY_SIZE * len(lengths)
    offset = file.seek(-size - _END_SIZE, 2)
    directory, at = file.read(size), 0
    for length in lengths:
        _expect(unpack_from(_ENTRY, directory, at) == (b"PK\x01\x02", length, 0, 0))
        at += _ENTRY_SIZE + length
    _check_end(file.read(), len(lengths), size, offset)
    return offset


def _check_end(end: bytes, count: int, size: int, offset: int) -> None:
    fields = unpack(_END, end)
    made_by, needed = fields[2:4]
    large = (b"PK\x06\x06", 44, made_by, needed, 0, 0, count, count, size, offset)
    locator = (b"PK\x06\x07", 0, offset + size, 1)
    small = (b"PK\x05\x06", 0, 0, count, count, size, offset, 0)
    _expect(fields == large + locator + small)


def _begins(
    members: Mapping[str, zipfile.ZipInfo],
    storages: Iterable[Storage],
    begins: Mapping[str, int],
) -> dict[str, int]:
    """Return where every storage's bytes begin, each a member of its size."""
    found = {}
    for storage in storages:
        member = members[f"data/{storage.key}"]
        _expect(8 * member.file_size == storage.length * bits(storage.dtype))
        found[storage.key] = begins[member.filename]
    return found


def _stored(tensor: Any, begins: Mapping[str, int]) -> Stored:
    _expect(type(tensor) is Dense)
    size = bits(tensor.storage.dtype) // 8
    begin = begins[tensor.storage.key] + tensor.offset * size
    return Stored(tensor.storage.dtype, tensor.shape, begin, begin + tensor.length * size)


def _expect(so: object) -> None:
    if not so:
        raise ValueError("no ordinary archive of torch.save")
