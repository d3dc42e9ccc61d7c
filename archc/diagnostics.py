"""The one collector that every stage reports to."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archc.problems.base import Problem, Severity
from archc.problems.fixes import Fix
from archc.source import Span

MOST = 2_000
"""How many errors are kept, how many warnings and how many notes: a file could hold millions."""


class Label(NamedTuple):
    """A second location that explains a diagnostic, with a text.

    `brief` is what a list of notes says of it; without one it gives the location of a use.
    """

    span: Span
    text: str
    brief: str = ""


class Diagnostic(NamedTuple):
    """A problem at a location."""

    problem: Problem
    span: Span
    severity: Severity
    labels: tuple[Label, ...] = ()

    @property
    def fix(self) -> Fix | None:
        """The correction of the text, or None where none is known."""
        return self.problem.fix(self.span)

    def __str__(self) -> str:
        return f"{self.span}: {self.severity}[{self.problem.code}]: {self.problem.message()}"


class Full(Exception):  # noqa: N818 - not an error: its one caller ends the stage
    """As many errors are kept as there may be, and another was found."""


class Diagnostics:
    """Collects problems, each mistake once: the line of a block used ten times is reported once.

    Args:
        stops: whether to raise `Full` at the first error that is not kept. Further reading costs
            seconds then, and reports nothing.
    """

    def __init__(self, *, stops: bool = False) -> None:
        self._stops = stops
        self._diagnostics: dict[tuple[str, Span], Diagnostic] = {}
        self._spans: set[Span] = set()
        self._count = dict.fromkeys(Severity, 0)

    def report(
        self,
        problem: Problem,
        span: Span,
        labels: Iterable[Label] = (),
        severity: Severity | None = None,
    ) -> None:
        """Add a problem at a location, unless that location has one of the same code.

        Raises:
            Full: it is an error beyond `MOST`, and the collector stops.
        """
        severity = severity or problem.severity
        if self.has(problem, span):
            return
        if self._count[severity] == MOST:
            if self._stops and severity is Severity.ERROR:
                raise Full
            return
        self._count[severity] += 1
        self._diagnostics[problem.code, span] = Diagnostic(problem, span, severity, tuple(labels))
        self._spans.add(span)

    @property
    def full(self) -> bool:
        """Whether no further error is kept."""
        return self._count[Severity.ERROR] == MOST

    def has(self, problem: Problem, span: Span) -> bool:
        """Whether this location has a problem of this code."""
        return (problem.code, span) in self._diagnostics

    def __contains__(self, span: Span) -> bool:
        """Whether this location has a problem."""
        return span in self._spans

    def __iter__(self) -> Iterator[Diagnostic]:
        """Iterate in the order of the text."""
        return iter(
            sorted(self._diagnostics.values(), key=lambda d: (d.span.source.name, d.span[1:3]))
        )

    def __len__(self) -> int:
        return len(self._diagnostics)

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that make the spec unusable."""
        return [diagnostic for diagnostic in self if diagnostic.severity is Severity.ERROR]
