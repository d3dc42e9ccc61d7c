"""What the names and calls in a pickle of ``torch.save`` mean: descriptions of tensors."""

from enum import Enum
from math import prod
from typing import Any, NamedTuple

from archc.ops.base.operator import Shape


class Storage(NamedTuple):
    """Numbers in a member of the archive.

    Args:
        dtype: their type in safetensors' words.
        key: the member's name.
        length: how many they are.
    """

    dtype: str
    key: str
    length: int


class Dense(NamedTuple):
    """A tensor of a storage's numbers from an offset on, in their order."""

    storage: Storage
    offset: int
    shape: Shape

    @property
    def length(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


class Ordered(dict[Any, Any]):
    """An ``OrderedDict``, which may be given attributes where a dict may not."""


class _Function(Enum):
    ORDERED = "collections.OrderedDict"
    TENSOR = "torch._utils._rebuild_tensor_v2"


class _Type(Enum):
    F64 = "torch.DoubleStorage"
    F32 = "torch.FloatStorage"
    F16 = "torch.HalfStorage"
    BF16 = "torch.BFloat16Storage"
    I64 = "torch.LongStorage"
    I32 = "torch.IntStorage"
    I16 = "torch.ShortStorage"
    I8 = "torch.CharStorage"
    U8 = "torch.ByteStorage"
    BOOL = "torch.BoolStorage"


NAMES: dict[str, Enum] = {name.value: name for kind in (_Function, _Type) for name in kind}
"""All that a pickle may name, and what it gets: words that nothing can be done with."""


def stored(identity: Any) -> Storage:
    """Return the storage that torch gave an identity to.

    Raises:
        ValueError: that is no identity of one.
    """
    word, kind, key, device, length = _tuple(identity)
    if (word, type(kind), type(key), type(device)) != ("storage", _Type, str, str):
        raise ValueError("no storage")
    return Storage(kind.name, key, _natural(length))


def called(function: Any, arguments: Any) -> Ordered | Dense:
    """Return what a call would give: an empty mapping, or a description of a tensor.

    Raises:
        ValueError: it would give something else, or a tensor that is not plain.
    """
    if function is _Function.ORDERED and _tuple(arguments) == ():
        return Ordered()
    if function is not _Function.TENSOR:
        raise ValueError("no function")
    storage, offset, shape, strides, trained, hooks = _tuple(arguments)
    if type(storage) is not Storage or trained is not False or type(hooks) is not Ordered:
        raise ValueError("no plain tensor")
    _check_dense(_tuple(shape), _tuple(strides))
    tensor = Dense(storage, _natural(offset), shape)
    if tensor.offset + tensor.length > storage.length:
        raise ValueError("more numbers than the storage has")
    return tensor


def _check_dense(shape: Shape, strides: Shape) -> None:
    """Refuse strides that are not those of a dense tensor; a size of 1 may have any."""
    step = 1
    for size, stride in zip(reversed(shape), reversed(strides), strict=True):
        if _natural(size) < 1 or (_natural(stride) != step and size > 1):
            raise ValueError("empty, or not dense")
        step *= size


def _tuple(value: Any) -> tuple[Any, ...]:
    if type(value) is not tuple:
        raise ValueError("no tuple")
    return value


def _natural(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no natural number")
    return value
