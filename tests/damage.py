"""Checkpoints that are damaged, systematically and at random, and whether they are judged right.

A file that the libraries refuse must be refused, by every way of reading it, in one line; what is
loaded must be what they load, to the bit. Being stricter than they are is allowed.
"""

import io
import itertools
import json
import random
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

import archc
from archc.weights.checkpoint import read_checkpoint
from archc.weights.errors import CheckpointError
from archc.weights.opening import read_shapes
from archc.weights.wrapping import unwrap

ARCH = archc.load("archc: 1\ninput: [3]\nlayers: {fc: {linear: 4}, bn: batch_norm}\n")
STATE = ARCH.compile(seed=1).state_dict()
NUMBERS = (0, 1, 2, 7, 8, 64, 255, 2**15, 2**16 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)

Mutation = Callable[[random.Random], bytes]


def assert_judged(path: Path, data: bytes, theirs: Callable[[Path], object]) -> bool:
    """Write a file, judge it, and return whether it was loaded."""
    path.write_bytes(data)
    expected = _verdict(theirs, path)
    loaded = False
    for read in (_read, _built, _shapes):
        given = _given(read, path)
        if given is None:
            continue
        assert isinstance(expected, dict), f"{read.__name__} reads what is refused: {expected}"
        loaded = True
        for key, value in given.items():
            if isinstance(value, Tensor):
                same = value.dtype is expected[key].dtype or read is _built
                assert same, f"{key} has another type"
                assert _bits(value) == _bits(expected[key].to(value.dtype)), f"{key} has others"
            else:
                assert value == tuple(expected[key].shape), f"{key} has another shape"
    return loaded


def _given(read: Callable[[Path], dict], path: Path) -> dict | None:
    refusal = ""
    try:
        return read(path)
    except CheckpointError as error:
        refusal = str(error)
    assert "\n" not in refusal
    return None


def _verdict(theirs: Callable[[Path], object], path: Path) -> object:
    with warnings.catch_warnings(action="ignore"):
        try:
            found = theirs(path)
        except Exception as error:
            return error
    return unwrap(found).state if isinstance(found, dict) else TypeError("no dict")


def _read(path: Path) -> dict[str, Tensor]:
    return dict(read_checkpoint(path))


def _built(path: Path) -> dict[str, Tensor]:
    return ARCH.compile(weights=path).state_dict()


def _shapes(path: Path) -> dict[str, tuple[int, ...]]:
    return read_shapes(path).shapes


def _bits(tensor: Tensor) -> bytes:
    return tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes()


def torchs(path: Path) -> object:
    return torch.load(path, map_location="cpu", weights_only=True)


def sampled(mutations: list[Mutation], number: int, seed: int) -> Iterator[bytes]:
    """Yield damaged files: each mutation in turn, the order shuffled, as many as are asked for."""
    rng = random.Random(seed)
    order = rng.sample(mutations, len(mutations))
    for mutation in itertools.islice(itertools.cycle(order), number):
        yield mutation(rng)


def _saved(state: object, **how: bool) -> bytes:
    file = io.BytesIO()
    torch.save(state, file, **how)
    return file.getvalue()


def _written_by_python(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename, old.read(member))
    return file.getvalue()


STRIDED = {**STATE, "fc.weight": STATE["fc.weight"].T.contiguous().T}
ARCHIVES = {
    "of torch": _saved({"epoch": 3, "model": STATE}),
    "of torch, with strides": _saved(STRIDED),
    "of Python": _written_by_python(_saved(STATE)),
}
LEGACY = _saved(STATE, _use_new_zipfile_serialization=False)
SAFE = save(STATE)

# Offset and length of the fields in the records of a zip.
_LOCAL = ((0, 4), (4, 2), (6, 2), (8, 2), (10, 2), (12, 2), (14, 4), (18, 4), (22, 4), (26, 2),
          (28, 2))  # fmt: skip
_CENTRAL = ((0, 4), (4, 2), (6, 2), (8, 2), (10, 2), (12, 2), (14, 2), (16, 4), (20, 4), (24, 4),
            (28, 2), (30, 2), (32, 2), (34, 2), (36, 2), (38, 4), (42, 4))  # fmt: skip
_END64 = ((0, 4), (4, 8), (12, 2), (14, 2), (16, 4), (20, 4), (24, 8), (32, 8), (40, 8), (48, 8))
_LOCATOR = ((0, 4), (4, 4), (8, 8), (16, 4))
_END = ((0, 4), (4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2))
_BEHIND = ((0, 4), (4, 4), (8, 4), (12, 4), (8, 8), (16, 8))


def of_archive(data: bytes) -> list[Mutation]:
    """Return mutations of every field of an archive, of its data, and of its structure."""
    fields = list(_fields(data))
    places = [at for at, size in fields if size == 4]
    return [
        *(_set(data, [field]) for field in fields for _ in range(3)),
        *(_set(data, [one, two]) for one, two in itertools.pairwise(fields)),
        *(_moved(data, at, size) for at, size in fields if size >= 2),
        *(_copied(data, places) for _ in range(200)),
        *_rough(data),
        *(_together(data, key) for key in ("name", "extra", "size") for _ in range(40)),
    ]


def _fields(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the place and the size of every field, and of every byte between them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members, at = archive.infolist(), archive.start_dir
    for member in members:
        here = member.header_offset
        name, extra = struct.unpack_from("<HH", data, here + 26)
        yield from ((here + offset, size) for offset, size in _LOCAL)
        yield from ((here + 30 + i, 1) for i in range(name))
        yield from ((here + 30 + name + i, 2) for i in range(0, min(extra, 8), 2))
        end = here + 30 + name + extra + member.file_size
        yield from ((end + offset, size) for offset, size in _BEHIND)
        yield from ((at + offset, size) for offset, size in _CENTRAL)
        name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
        yield from ((at + 46 + i, 1) for i in range(name + extra + comment))
        at += 46 + name + extra + comment
    for offset, size in _END64 if data[at : at + 4] == b"PK\x06\x06" else ():
        yield at + offset, size
    for offset, size in _LOCATOR if data[-42:-38] == b"PK\x06\x07" else ():
        yield len(data) - 42 + offset, size
    yield from ((len(data) - 22 + offset, size) for offset, size in _END)


def _put(data: bytes, at: int, new: bytes) -> bytes:
    return (data[:at] + new + data[at + len(new) :])[: len(data)]


def _number(value: int, size: int) -> bytes:
    return (value % 256**size).to_bytes(size, "little")


def _set(data: bytes, fields: list[tuple[int, int]]) -> Mutation:
    """Set fields to a number that readers stumble over, or beside what is there."""

    def mutate(rng: random.Random) -> bytes:
        changed = data
        for at, size in fields:
            old = int.from_bytes(data[at : at + size], "little")
            beside = old + rng.choice((-64, -8, -4, -2, -1, 1, 2, 4, 8, 64))
            new = rng.choice((beside, beside, old ^ 1 << rng.randrange(8 * size), *NUMBERS))
            changed = _put(changed, at, _number(new, size))
        return changed

    return mutate


def _moved(data: bytes, at: int, size: int) -> Mutation:
    """Change a number, and the bytes behind it as if that were so: inserted, or cut out."""

    def mutate(rng: random.Random) -> bytes:
        by = rng.choice((-8, -4, -1, 1, 4, 8))
        old = int.from_bytes(data[at : at + size], "little")
        changed = _put(data, at, _number(old + by, size))
        place = min(len(data), at + rng.choice((size, 30, 46, 64)))
        return changed[:place] + (bytes(by) if by > 0 else b"") + changed[place - min(by, 0) :]

    return mutate


def _copied(data: bytes, places: list[int]) -> Mutation:
    """Copy one field over another: two members in one place, one with another's size."""

    def mutate(rng: random.Random) -> bytes:
        one, two = rng.choice(places), rng.choice(places)
        return _put(data, one, data[two : two + 4])

    return mutate


def _together(data: bytes, what: str) -> Mutation:
    """Change what a zip says twice in both places: a name, a length of more, a size."""

    def mutate(rng: random.Random) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = rng.choice(archive.infolist())
            start = archive.start_dir
        name = member.filename.encode()
        here, there = member.header_offset, data.index(name, start) - 46
        if what == "name":
            new = bytearray(name)
            new[rng.randrange(len(new))] = rng.randrange(256)
            return _put(_put(data, here + 30, new), there + 46, new)
        by = rng.choice((-8, -4, -1, 1, 4, 8))
        size = member.file_size + by
        if what == "extra":
            old = int.from_bytes(data[here + 28 : here + 30], "little")
            size = member.file_size - by
            data2 = _put(data, here + 28, _number(old + by, 2))
        else:
            data2 = _put(data, here + 22, _number(size, 4))
        return _put(_put(data2, there + 20, _number(size, 4)), there + 24, _number(size, 4))

    return mutate


def _rough(data: bytes, times: int = 400) -> list[Mutation]:
    """Return mutations of bytes anywhere: other, cut off, cut out, put in, doubled."""

    def other(rng: random.Random) -> bytes:
        changed = data
        for _ in range(rng.randint(1, 3)):
            changed = _put(changed, rng.randrange(len(data)), rng.randbytes(rng.randint(1, 4)))
        return changed

    def cut(rng: random.Random) -> bytes:
        return data[: rng.randrange(len(data))]

    def without(rng: random.Random) -> bytes:
        at = rng.randrange(len(data))
        return data[:at] + data[at + rng.choice((1, 4, 64)) :]

    def more(rng: random.Random) -> bytes:
        at = rng.randrange(len(data) + 1)
        return data[:at] + rng.randbytes(rng.choice((1, 4, 64))) + data[at:]

    def twice(rng: random.Random) -> bytes:
        one, two = sorted(rng.randrange(len(data)) for _ in range(2))
        return data[:two] + data[one:]

    return [other] * times + [cut, without, more, twice] * (times // 4)


def of_legacy() -> list[Mutation]:
    """Return mutations of a file of torch before 1.6: pickles, and numbers behind them."""
    numbers = [_set(LEGACY, [(at, size)]) for at in range(len(LEGACY) - 8) for size in (1, 4)]
    return [*numbers, *_rough(LEGACY)]


def of_safetensors() -> list[Mutation]:
    """Return mutations of a file of safetensors: of what the header says, and of bytes."""
    size = int.from_bytes(SAFE[:8], "little")
    lengths = [_set(SAFE, [(at, length)]) for at in range(8) for length in (1, 8 - at)]
    header = [_set(SAFE, [(at, 1)]) for at in range(8, 8 + size)]
    return [*lengths * 6, *header, *[_told] * 1500, *[_doubled] * 200, *_rough(SAFE)]


_VALUES = (0, 1, 4, -1, -8, 2**31, 2**53, 2**63, 2**64, 10**30, 1.5, True, None, "4", [], {})
_DTYPES = ("F32", "F64", "I64", "F16", "BF16", "U8", "BOOL", "F8_E4M3", "F4", "F6_E2M3", "C64",
           "f32", "X", "", 4, None)  # fmt: skip


def _told(rng: random.Random) -> bytes:
    """Change what the header says of tensors: offsets, shapes, types, names, and what is there."""
    header, data = _parts()
    for _ in range(rng.randint(1, 2)):
        _change(header, rng)
    if rng.random() < 0.2:
        data = rng.choice((data[:-1], data[:-4], data + b"\0", data + bytes(8), b""))
    return _joined(json.dumps(header), data, rng)


def _change(header: dict, rng: random.Random) -> None:
    key = rng.choice(list(header))
    one = header[key] if isinstance(header[key], dict) else {}
    offsets, shape = one.get("data_offsets"), one.get("shape")
    kind = rng.randrange(10)
    if kind == 0 and isinstance(offsets, list) and len(offsets) == 2:
        offsets[rng.randrange(2)] = rng.choice(_VALUES)
    elif kind in (1, 2) and isinstance(offsets, list) and len(offsets) == 2:
        by = rng.choice((-8, -4, -1, 1, 4, 8))
        which = rng.choice(((0,), (1,), (0, 1)))  # a hole or an overlap
        one["data_offsets"] = [
            at + by if i in which and isinstance(at, int) else at for i, at in enumerate(offsets)
        ]
    elif kind == 3 and isinstance(shape, list):
        one["shape"] = rng.choice(
            (shape[::-1], [*shape, 1], shape[1:], [0], [-1, -4], [2**32, 2**32], [*shape, True])
        )
    elif kind == 4 and isinstance(shape, list) and shape:
        shape[rng.randrange(len(shape))] = rng.choice(_VALUES)
    elif kind == 5:
        one["dtype"] = rng.choice(_DTYPES)
    elif kind == 6:
        header[key] = rng.choice((header[rng.choice(list(header))], rng.choice(_VALUES)))
    elif kind == 7:
        header.pop(key)
    elif kind == 8:
        header["__metadata__"] = rng.choice(({}, {"a": "b"}, {"a": 1}, None, "x", one))
    elif one:
        one[rng.choice(("more", *one))] = rng.choice(_VALUES)


def _doubled(rng: random.Random) -> bytes:
    """Say something of one tensor twice, otherwise the second time."""
    header, data = _parts()
    key, other = rng.choice(list(header)), rng.choice(list(header))
    text = json.dumps(header)
    again = f"{json.dumps(key)}: {json.dumps(header[other])}"
    if rng.random() < 0.3:
        text = text.replace('"dtype"', f'"dtype": "{rng.choice(_DTYPES)}", "dtype"', 1)
    else:
        text = rng.choice((f"{{{again}, {text[1:]}", f"{text[:-1]}, {again}}}"))
    return _joined(text, data, rng)


def _parts() -> tuple[dict, bytes]:
    size = int.from_bytes(SAFE[:8], "little")
    return json.loads(SAFE[8 : 8 + size]), SAFE[8 + size :]


def _joined(text: str, data: bytes, rng: random.Random) -> bytes:
    written = text.encode()
    if rng.random() < 0.5:
        written += b" " * (-len(written) % 8)
    size = len(written) + (0 if rng.random() < 0.9 else rng.choice((-8, -1, 1, 8)))
    return size.to_bytes(8, "little") + written + data


THEIRS: dict[str, Callable[[Path], object]] = {
    **dict.fromkeys(ARCHIVES, torchs),
    "legacy": torchs,
    "safetensors": load_file,
}


def mutations(kind: str) -> list[Mutation]:
    """Return the mutations of one of the kinds in `THEIRS`."""
    if kind in ARCHIVES:
        return of_archive(ARCHIVES[kind])
    return of_legacy() if kind == "legacy" else of_safetensors()
