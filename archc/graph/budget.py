"""How much an expansion may cost: nodes, and the steps taken, whether or not a node comes of them.

A bound on nodes alone would let a spec of a few lines run for hours: repetitions of nothing, blocks
that use blocks, formulas that are computed for every copy.
"""

from typing import NamedTuple

from archc.source import Source, Span

MAX_NODES = 100_000
MAX_STEPS = 2_000_000
"""A second or two; a chain of as many convolutions as there may be nodes takes half of them."""

VISIT = 4  # of a declaration, a repetition, a use of a block
NODE = 4  # of what is added to the graph
SCOPE = 6  # of a body, a repetition or a block that is opened
USE = 4  # of a block, beside what its parameters take
_LETTERS = 64  # of a path or a text, for one step
_ENTRIES = 2


class Exhausted(Exception):  # noqa: N818 - not an error: the one caller reports it
    """The expansion costs too much at `span`: too many nodes, or else too many steps."""

    def __init__(self, span: Span, *, nodes: bool) -> None:
        super().__init__()
        self.span, self.nodes = span, nodes


class Budget:
    """What is left of the steps of one expansion; `span` is what is being expanded."""

    __slots__ = ("_left", "span")

    def __init__(self, span: Span, steps: float | None = None) -> None:
        self._left = MAX_STEPS if steps is None else steps
        self.span = span

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises:
            Exhausted: there are not as many left.
        """
        self._left -= steps
        if self._left < 0:
            raise Exhausted(self.span, nodes=False)


class Allowance(NamedTuple):
    """What one file may cost, however many networks it describes.

    Args:
        counted: the steps to count how large a network would become.
        expanded: the steps to expand it.
    """

    counted: Budget
    expanded: Budget

    @classmethod
    def of(cls, source: Source) -> "Allowance":
        """Return all that a file may cost."""
        return cls(Budget(source.whole()), Budget(source.whole()))


def copied(count: int) -> int:
    """Return the steps that it costs to copy a table of so many entries."""
    return count // _ENTRIES


def parameters(count: int) -> int:
    """Return the steps that it costs to give a block so many parameters their values."""
    return 2 * count


def letters(count: int) -> int:
    """Return the steps that a text of so many letters costs."""
    return count // _LETTERS


def size(value: object) -> int:
    """Return the steps that it costs to compare or to show a value: a list costs what it holds."""
    if isinstance(value, tuple):
        return 1 + sum(map(size, value))
    return 1 + letters(len(value)) if isinstance(value, str) else 1
