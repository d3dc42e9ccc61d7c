"""The one sink that every stage reports to."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archc.problems.base import Problem, Severity
from archc.source import Span

MOST = 2_000
"""How many errors are kept, how many warnings and how many notes: a file could hold millions."""


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
        self._count = dict.fromkeys(Severity, 0)

    def report(
        self,
        problem: Problem,
        span: Span,
        labels: Iterable[Label] = (),
        severity: Severity | None = None,
    ) -> None:
        """Add a problem at a place, unless the same code already stands there."""
        severity = severity or problem.severity
        if self.has(problem, span) or self._count[severity] == MOST:
            return
        self._count[severity] += 1
        found = Diagnostic(problem, span, severity, tuple(labels))
        self._found[problem.code, span] = found
        self._places.add(span)

    @property
    def full(self) -> bool:
        """Whether no further error is kept: why look for what was meant?"""
        return self._count[Severity.ERROR] == MOST

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
