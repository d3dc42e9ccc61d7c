"""The shape of a value, as it is written beside the line that computes it."""

from collections.abc import Collection, Sequence

from archc.emit.layout import Operation, flat
from archc.emit.literals import names_in, written
from archc.graph.graph import Node, Scope
from archc.graph.tracer import Trace

_LONGEST = 40  # a longer formula is no help beside a line: a letter stands for it


class ShapeTexts:
    """Writes shapes in terms of the class around them."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def text(self, children: Sequence[Node | Scope], arguments: Collection[str]) -> str:
        """Return the output shape of one child, which every use of the class has once.

        Sizes that differ between the uses appear as formulas of the class's `arguments`, or as
        letters where these do not say it.
        """
        shapes = [_output(child).shape for child in children]
        traced = [self._trace.shape(child) for child in children]
        letters = "CHW" if len(shapes[0]) == 3 else "N"
        axes = zip(zip(*shapes, strict=True), zip(*traced, strict=True), letters, strict=True)
        return "×".join(_size(sizes, forms, letter, arguments) for sizes, forms, letter in axes)


def _size(
    sizes: tuple[int, ...], traced: tuple[object, ...], letter: str, arguments: Collection[str]
) -> str:
    if len(set(sizes)) == 1:
        return str(sizes[0])
    formulas = {getattr(size, "code", None) for size in traced}
    formula = formulas.pop()
    if formulas or formula is None or not names_in(formula) <= set(arguments):
        return letter
    code = written(formula)
    text = flat(code)
    if len(text) > _LONGEST:
        return letter
    return f"({text})" if isinstance(code, Operation) else text


def _output(child: Node | Scope) -> Node:
    return child if isinstance(child, Node) else child.exit
