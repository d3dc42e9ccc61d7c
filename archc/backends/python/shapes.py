"""How the shape of a value is written beside the line that gives it."""

from collections.abc import Sequence

from archc.backends.python.layout import Operation, flat
from archc.backends.python.literals import written
from archc.graph.graph import Node, Scope
from archc.graph.trace import Trace

_LONGEST = 40  # a longer formula is no help beside a line: a letter stands for it


class ShapeTexts:
    """Writes shapes in terms of the class that they stand in."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def text(self, children: Sequence[Node | Scope]) -> str:
        """Return what one child gives, of which there is one in every use of the class.

        Sizes that differ between the uses appear as formulas or as letters.
        """
        shapes = [_gives(child).shape or () for child in children]
        traced = self._trace.shape(children[0])
        letters = "CHW" if len(traced) == 3 else "N"
        return "×".join(map(_size, zip(*shapes, strict=True), traced, letters))


def _size(sizes: tuple[int, ...], traced: object, letter: str) -> str:
    if len(set(sizes)) == 1:
        return str(sizes[0])
    if not hasattr(traced, "code"):
        return letter
    code = written(traced)
    text = flat(code)
    if len(text) > _LONGEST:
        return letter
    return f"({text})" if isinstance(code, Operation) else text


def _gives(child: Node | Scope) -> Node:
    return child if isinstance(child, Node) else child.exit
