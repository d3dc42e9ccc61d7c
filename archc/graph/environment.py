"""What expressions can name at one place, and the way that an expansion came there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from archc.diagnostics import Label
from archc.graph.graph import Node, Scope, Use
from archc.language.expression import ValueProblem
from archc.language.values import UNKNOWN, Unknown
from archc.ops.base.kinds import Value
from archc.ops.base.operator import Shape
from archc.source import Span

Values = Mapping[str, Value | Unknown]

_AXES = {"in_channels": (3, 0), "in_height": (3, 1), "in_width": (3, 2), "in_features": (1, 0)}


class Environment(Mapping[str, Value]):
    """Parameters by name, and ``in_channels`` and its like of the shape that is read."""

    __slots__ = ("_shape", "_values")

    def __init__(self, values: Values, shape: Shape | None) -> None:
        self._values = values
        self._shape = shape

    def __getitem__(self, name: str) -> Value:
        value = self._values.get(name)
        if isinstance(value, Unknown):
            raise LookupError(name)
        return self._of_input(name) if value is None and name in _AXES else value

    def _of_input(self, name: str) -> int:
        if self._shape is None:
            raise LookupError(name)
        rank, axis = _AXES[name]
        if len(self._shape) != rank:
            read = "a map, it has channels" if rank == 1 else "a vector, it has `in_features`"
            raise ValueProblem(f"there is no `{name}`: what is read is {read}")
        return self._shape[axis]

    def blame(self, names: Iterable[str]) -> None:
        """Make parameters unknown that led to a problem, so that it is told once."""
        if isinstance(self._values, dict):
            self._values.update((name, UNKNOWN) for name in names if name in self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


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
    """

    scope: Scope
    names: dict[str, Node]
    origin: Node
    values: Values
    frame: Frame | None
    use: Use | None = None
