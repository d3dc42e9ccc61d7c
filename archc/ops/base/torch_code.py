"""How an operator is written in PyTorch: as data, so that no operator imports torch."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class Module(NamedTuple):
    """A layer as a class: ``nn.Conv2d(3, 64, kernel_size=7)``.

    Args:
        name: the class.
        args: its positional arguments.
        kwargs: its keyword arguments; those that have torch's default are left out.
        inplace: whether the class takes ``inplace=True``.
        runtime: the file of `archc/emit/runtime` that defines the class, named without its suffix,
            where ``torch.nn`` has no such class.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = MappingProxyType({})
    inplace: bool = False
    runtime: str = ""

    @property
    def callee(self) -> str:
        """What is called to build the layer."""
        return self.name if self.runtime else f"nn.{self.name}"


class Infix(NamedTuple):
    """The values read, joined by a Python operator: ``a + b``."""

    symbol: str


class Function(NamedTuple):
    """A function of torch's, of the list of values read: ``torch.cat([a, b], dim=1)``."""

    name: str
    kwargs: Mapping[str, Any] = MappingProxyType({})


class SliceCode(NamedTuple):
    """Some of the channels of the one value read: ``a[:, 64:160]``."""

    start: int
    stop: int


TorchCode = Module | Infix | Function | SliceCode
