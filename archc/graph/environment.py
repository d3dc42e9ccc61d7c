"""What expressions can name at one place, and the way that an expansion came there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from archc.diagnostics import Label
from archc.graph.graph import Node, Scope, Use
from archc.language.arithmetic import ValueProblem
from archc.language.values import INDEX, UNKNOWN, Unknown
from archc.ops.base.kinds import Value
from archc.ops.base.operator import Shape
from archc.source import Span

Values = Mapping[str, Value | Unknown]

_AXES = {"channels": (3, 0), "height": (3, 1), "width": (3, 2), "features": (1, 0)}
_READ, _OWN = "in_", "input."


class Environment(Mapping[str, Value]):
    """Parameters by name, ``in_channels`` of what is read, ``input.channels`` of the block's input.

    Args:
        values: the parameters.
        shape: what is read; None where it is not known.
        own: the input of the block around, or of the network.
        index: the number of the copy, in what a `repeat` repeats.
    """

    __slots__ = ("_index", "_own", "_shape", "_values")

    def __init__(
        self,
        values: Values,
        shape: Shape | None,
        own: Shape | None = None,
        index: int | None = None,
    ) -> None:
        self._values = values
        self._index = index
        self._shape = shape
        self._own = own

    def __getitem__(self, name: str) -> Value:
        value = self._values.get(name)
        if isinstance(value, Unknown):
            raise LookupError(name)
        if value is not None:
            return value
        if name == INDEX and self._index is not None:
            return self._index
        for prefix, shape in ((_OWN, self._own), (_READ, self._shape)):
            if name.startswith(prefix) and name.removeprefix(prefix) in _AXES:
                return _size(name, prefix, shape)
        return value

    def blame(self, names: Iterable[str]) -> None:
        """Make parameters unknown that led to a problem, so that it is reported once."""
        if isinstance(self._values, dict):
            self._values.update((name, UNKNOWN) for name in names if name in self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _size(name: str, prefix: str, shape: Shape | None) -> int:
    if shape is None:
        raise LookupError(name)
    rank, axis = _AXES[name.removeprefix(prefix)]
    if len(shape) != rank:
        read = "a map, it has channels" if rank == 1 else f"a vector, it has `{prefix}features`"
        what = "the input" if prefix == _OWN else "what is read"
        raise ValueProblem(f"there is no `{name}`: {what} is {read}")
    return shape[axis]


class Frame(NamedTuple):
    """One step of expansion: a block's use, or one round of a repetition.

    `what` says so; it is the scope where the use of a block made one, since few paths are ever
    shown.
    """

    span: Span
    what: str | Scope
    outer: "Frame | None"

    def labels(self) -> Iterator[Label]:
        """Yield where the expansion came from, innermost first."""
        frame: Frame | None = self
        while frame is not None:
            yield Label(frame.span, _said(frame.what))
            frame = frame.outer


def _said(what: str | Scope) -> str:
    if isinstance(what, str):
        return what
    assert what.block is not None
    return f"in block `{what.block.name}`, used here as `{what.path}`"


class Place(NamedTuple):
    """Where nodes are being added.

    Args:
        scope: the module that they become children of.
        names: the earlier nodes of the body, by name.
        origin: what ``input`` means: the input of the nearest block, or of the network.
        values: the parameters.
        frame: the way that the expansion came here.
        use: the block whose body it is; None in the file's own.
        copy: the number of the copy, in what a `repeat` repeats.
    """

    scope: Scope
    names: dict[str, Node]
    origin: Node
    values: Values
    frame: Frame | None
    use: Use | None = None
    copy: int | None = None


def environment(place: Place, reads: Node) -> Environment:
    """Return what a node's own settings can name, and the arguments of a block that it uses."""
    return Environment(place.values, reads.inferred, place.origin.inferred, place.copy)
