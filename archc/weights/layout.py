"""Where the members of a zip archive are, if its two accounts of that are one.

A zip says everything twice: in the directory at its end, and beside each member. Readers differ in
which of the two they believe, torch's among them, and few compare them. Here the members fill the
file from its first byte to the directory, each with the name, the sizes and the checksum that the
directory has for it. A length that was changed anywhere moves something, and is found. The data
itself is not read.

Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7 and 4.3.9
"""

import zipfile
from collections.abc import Iterable
from io import FileIO
from struct import Struct

_HEADER = Struct("<4s2xHH4xIIIHH")  # before data; a name and more, of these lengths, follow it
_HEADER_SIGNATURE = b"PK\x03\x04"
_TRAILERS = (Struct("<4sIQQ"), Struct("<4sIII"))  # behind data whose size was not known before
_TRAILER_SIGNATURE = b"PK\x07\x08"
_HAS_TRAILER = 0x8
_LONGEST_TRAILER = 24
_UTF8 = 0x800
_ELSEWHERE = 0xFFFFFFFF  # a size that has no room in its field


def data_begins(file: FileIO, members: Iterable[zipfile.ZipInfo], end: int) -> dict[str, int]:
    """Return where the data of every member begins, by its name.

    Args:
        file: the archive.
        members: what its directory lists.
        end: where the directory begins.

    Raises:
        ValueError: what is beside a member contradicts the directory.
    """
    begins: dict[str, int] = {}
    at, before = 0, b""  # where the next member begins, and what is read of it already
    ordered = sorted(members, key=lambda member: member.header_offset)
    names = [_name(member) for member in ordered]
    sizes = [_HEADER.size + len(name) for name in names]
    for member, name, size, next_size in zip(ordered, names, sizes, [*sizes[1:], 0], strict=True):
        if member.header_offset != at:
            raise ValueError(f"{member.filename} does not begin where the data before it ends")
        header = before if len(before) >= size else _read(file, at, size)
        begin = begins[member.filename] = at + size + _extra(header, member, name)
        at = begin + member.compress_size
        behind = _read(file, at, _LONGEST_TRAILER + next_size)
        trailer = _trailer(behind, member)
        at, before = at + trailer, behind[trailer:]
    if at != end:
        raise ValueError("the directory does not begin where the data before it ends")
    return begins


def _read(file: FileIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _name(member: zipfile.ZipInfo) -> bytes:
    return member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437")


def _extra(header: bytes, member: zipfile.ZipInfo, name: bytes) -> int:
    """Return how much stands between a member's name and its data."""
    signature, flags, method, *numbers, length, extra = _HEADER.unpack_from(header)
    same = (signature, flags, method, length) == (
        _HEADER_SIGNATURE,
        member.flag_bits,
        member.compress_type,
        len(name),
    )
    unknown = flags & _HAS_TRAILER and not any(numbers)
    if not (same and header.startswith(name, _HEADER.size)):
        raise ValueError(f"the header of {member.filename} is not what the directory says")
    if not (unknown or _told(numbers, member)):
        raise ValueError(f"the size of {member.filename} is not what the directory says")
    return int(extra)


def _told(numbers: list[int], member: zipfile.ZipInfo) -> bool:
    """Whether a checksum and two sizes are a member's."""
    crc, *sizes = numbers
    known = (member.compress_size, member.file_size)
    fit = all(size in (there, _ELSEWHERE) for size, there in zip(sizes, known, strict=True))
    return crc == member.CRC and fit


def _trailer(behind: bytes, member: zipfile.ZipInfo) -> int:
    """Return the length of what repeats a member's sizes behind it, if that is there."""
    if not member.flag_bits & _HAS_TRAILER:
        return 0
    trailer = (_TRAILER_SIGNATURE, member.CRC, member.compress_size, member.file_size)
    for form in _TRAILERS:
        if len(behind) >= form.size and form.unpack_from(behind) == trailer:
            return form.size
    raise ValueError(f"{member.filename} does not end where the directory says")
