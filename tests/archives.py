"""Archives of torch's own writer, and that what archc reads of an archive is what torch reads."""

import io
import pickle
from collections import OrderedDict
from pathlib import Path

import torch

from archc.weights.archive import read_archive
from archc.weights.checkpoint import read_checkpoint

TYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8,
    "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip


def assert_torchs(path: Path) -> None:
    """Assert that what is read of a file, if anything is, is what torch reads."""
    places = read_archive(path)
    if places is None:
        return
    data, theirs = path.read_bytes(), read_checkpoint(path)
    assert list(places.stored) == list(theirs)
    assert places.remarks == theirs.remarks
    for key, one in places.stored.items():
        assert TYPES[one.dtype] is theirs[key].dtype
        assert one.shape == tuple(theirs[key].shape)
        assert data[one.begin : one.end] == bits(theirs[key])


def bits(tensor: torch.Tensor) -> bytes:
    dense = torch.empty(tensor.shape, dtype=tensor.dtype).copy_(tensor)
    return dense.flatten().view(torch.uint8).numpy().tobytes()


def write(path: Path, data: bytes, **more: bytes) -> Path:
    writer = torch._C.PyTorchFileWriter(str(path))
    records = {"data.pkl": data, "data/0": bytes(range(40)), "byteorder": b"little", **more}
    for name, record in records.items():
        writer.write_record(name, record, len(record))
    writer.write_end_of_file()
    return path


class Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> object:
        return value[1:] if isinstance(value, tuple) and value[:1] == ("identity",) else None


class Told:
    """Is pickled as a tensor is, with the storage's length and type that it is given."""

    def __init__(self, length: object, offset: object, shape: object, strides: object,
                 kind: object = torch.FloatStorage) -> None:  # fmt: skip
        identity = ("identity", "storage", kind, "0", "cpu", length)
        self.arguments = (identity, offset, shape, strides, False, OrderedDict())

    def __reduce__(self) -> object:
        return torch._utils._rebuild_tensor_v2, self.arguments


def pickled(*told: tuple) -> bytes:
    file = io.BytesIO()
    Pickler(file, 2).dump({f"t{i}": Told(*one) for i, one in enumerate(told)})
    return file.getvalue()
