"""The one sink that every stage reports to."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archc.problems.base import Problem, Severity
from archc.source import Span

MOST = 2_000
"""How many are kept: nobody reads more, and a file of many megabytes could hold millions."""


class Label(NamedTuple):
    """A second place that explains a diagnostic, with what is to be said about it."""

    span: Span
    text: str


class Diagnostic(NamedTuple):
    """A problem at a place."""

    problem: Problem
    span: Span
    severity: Severity
    labels: tuple[Label, ...] = ()

    def __str__(self) -> str:
        return f"{self.span}: {self.severity}[{self.problem.code}]: {self.problem.message()}"


class Diagnostics:
    """Collects problems, each mistake once: a block used ten times has its line told once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span], Diagnostic] = {}
        self._places: set[Span] = set()

    def report(
        self,
        problem: Problem,
        span: Span,
        labels: Iterable[Label] = (),
        severity: Severity | None = None,
    ) -> None:
        """Add a problem at a place, unless the same code already stands there."""
        if len(self._found) == MOST or self.has(problem, span):
            return
        found = Diagnostic(problem, span, severity or problem.severity, tuple(labels))
        self._found[problem.code, span] = found
        self._places.add(span)

    def has(self, problem: Problem, span: Span) -> bool:
        """Whether a problem with this code stands at this place already."""
        return (problem.code, span) in self._found

    def __contains__(self, span: Span) -> bool:
        """Whether something stands at this very place already."""
        return span in self._places

    def __iter__(self) -> Iterator[Diagnostic]:
        """Iterate in the order of the text."""
        return iter(sorted(self._found.values(), key=lambda d: (d.span.source.name, d.span[1:3])))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that make the spec unusable."""
        return [found for found in self if found.severity is Severity.ERROR]
