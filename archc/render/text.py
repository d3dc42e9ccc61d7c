"""Diagnostics as text: the message, the line with carets under the location, the help."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from archc.diagnostics import MOST, Diagnostic, Label
from archc.problems.base import Severity
from archc.render.display import crop, printable
from archc.source import Source, Span

WIDTH = 100
_NEAR = 6  # lines: a label that close is shown in the same snippet
_MAX_LABELS = 6
_MIN_ROOM = 24
_MOST = 1000  # diagnostics
_MOST_GATHERED = 20

_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_BOLD = "1"
_FRAME = "1;34"


def report(
    name: str, diagnostics: Iterable[Diagnostic], *, columns: int = WIDTH, color: bool = False
) -> str:
    """Return the diagnostics of the spec `name` and their count, as text."""
    found = list(diagnostics)
    text = as_text(found, columns=columns, color=color)
    return f"{text}\n{count(name, found)}\n" if found else f"{count(name, found)}\n"


def as_text(diagnostics: Iterable[Diagnostic], *, columns: int = WIDTH, color: bool = False) -> str:
    """Return diagnostics as text with empty lines between them; notes of a kind are gathered."""
    writer = _Writer(columns, color)
    whole, gathered = _gather(diagnostics)
    written = [writer.diagnostic(found) for found in whole[:_MOST]]
    written += [writer.gathered(group) for group in gathered]
    if len(whole) > _MOST:
        written.append(iter([f"{_not_shown(whole)} are not shown"]))
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in written)


def _not_shown(whole: Sequence[Diagnostic]) -> str:
    errors = [found for found in whole if found.severity is Severity.ERROR]
    more = f"{len(whole) - _MOST} more"
    return f"at least {more}" if len(errors) == MOST else more


def count(name: str, diagnostics: Iterable[Diagnostic]) -> str:
    """Return the counts in a line: ``2 errors, 1 warning in spec.yaml``."""
    severities = [found.severity for found in diagnostics]
    numbers = {severity: severities.count(severity) for severity in Severity}
    counts = ", ".join(_plural(n, severity) for severity, n in numbers.items() if n)
    if numbers[Severity.ERROR]:
        return f"{counts} in {printable(name)}"
    return ": ".join([printable(name), ", ".join(filter(None, ["no errors", counts]))])


def _plural(number: int, noun: str) -> str:
    if number == MOST:  # no more are kept
        return f"{number} or more {noun}s"
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _gather(
    diagnostics: Iterable[Diagnostic],
) -> tuple[list[Diagnostic], list[list[Diagnostic]]]:
    """Separate the diagnostics to print in full from notes to print together, by their code."""
    found = list(diagnostics)
    groups: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        if diagnostic.severity is Severity.NOTE and diagnostic.problem.brief() is not None:
            groups.setdefault(diagnostic.problem.code, []).append(diagnostic)
    gathered = [group for group in groups.values() if len(group) > 1]
    apart = {id(diagnostic) for group in gathered for diagnostic in group}
    return [diagnostic for diagnostic in found if id(diagnostic) not in apart], gathered


class _Mark(NamedTuple):
    """A stretch of a line to underline, and how."""

    span: Span
    text: str
    sign: str
    style: str

    @property
    def start(self) -> int:
        return self.span.column - 1

    @property
    def end(self) -> int:
        """Where the stretch ends on its first line."""
        if self.span.end_line == self.span.line:
            return self.span.end_column - 1
        return len(_shown(self.span.source, self.span.line))


class _Writer:
    def __init__(self, columns: int, color: bool) -> None:
        self._columns = columns
        self._color = color

    # Whole diagnostics

    def diagnostic(self, found: Diagnostic) -> Iterator[str]:
        labels, left_out = _abridged(found.labels)
        primary = _Mark(found.span, "", "^", _COLORS[found.severity])
        marks = [_Mark(label.span, label.text, "-", _FRAME) for label in labels]
        near = [mark for mark in marks if self._is_near(mark, primary)]
        margin = len(str(max(mark.span.line for mark in (primary, *marks))))
        yield self._heading(found, found.problem.message())
        yield from self._snippet("-->", [primary, *near], margin)
        for mark in marks:
            if mark not in near:
                yield self._gutter(margin)
                yield from self._snippet(":::", [mark], margin)
        footers = (("note", left_out), ("help", found.problem.help()))
        lines = [self._footer(margin, kind, text) for kind, text in footers if text]
        if lines and found.span.source.text:
            yield self._gutter(margin)
        yield from lines

    def gathered(self, group: Sequence[Diagnostic]) -> Iterator[str]:
        problem = group[0].problem
        yield self._heading(group[0], f"{len(group)} {problem.gathers}")
        for found in group[:_MOST_GATHERED]:
            place = f"{_location(found.span)}: {printable(found.problem.brief() or '')}"
            yield f"{self._arrow(1, '-->')} {place}{_first_use(found)}"
        if len(group) > _MOST_GATHERED:
            yield self._footer(1, "note", f"{len(group) - _MOST_GATHERED} more are not shown")
        yield self._footer(1, "help", problem.gathers_help)

    def _heading(self, found: Diagnostic, message: str) -> str:
        kind = f"{found.severity}[{found.problem.code} {found.problem.name}]"
        text = self._paint(f": {printable(message)}", _BOLD)
        return self._paint(kind, _COLORS[found.severity]) + text

    def _footer(self, margin: int, kind: str, text: str) -> str:
        sign = self._paint("=", _FRAME)
        return f"{' ' * margin} {sign} {self._paint(f'{kind}:', _BOLD)} {printable(text)}"

    # Snippets

    def _is_near(self, mark: _Mark, primary: _Mark) -> bool:
        one, other = mark.span, primary.span
        if one.source is not other.source or abs(one.line - other.line) > _NEAR:
            return False
        together = max(mark.end, primary.end) - min(mark.start, primary.start)
        return one.line != other.line or together <= self._columns // 2

    def _snippet(self, arrow: str, marks: list[_Mark], margin: int) -> Iterator[str]:
        """Yield the location of the first mark, and the lines of all marks."""
        source = marks[0].span.source
        yield f"{self._arrow(margin, arrow)} {_location(marks[0].span)}"
        if not source.text:
            return
        yield self._gutter(margin)
        numbers = sorted({mark.span.line for mark in marks})
        for number, following in pairwise([*numbers, 0]):
            here = [mark for mark in marks if mark.span.line == number]
            yield from self._line(source, number, here, margin)
            if following == number + 2:
                yield from self._line(source, number + 1, [], margin)
            elif following > number + 2:
                yield self._paint("...", _FRAME)

    def _line(self, source: Source, number: int, marks: list[_Mark], margin: int) -> Iterator[str]:
        start = min((mark.start for mark in marks), default=0)
        end = max((mark.end for mark in marks), default=0)
        room = max(self._columns - margin - len(" | "), _MIN_ROOM)
        shown = crop(_shown(source, number), start, end, room)
        yield self._gutter(margin, shown.text, str(number))
        for mark in marks:
            before, length = shown.underline(mark.start, mark.end)
            text = f"{mark.sign * length} {printable(mark.text)}".rstrip()
            yield self._gutter(margin, " " * before + self._paint(text, mark.style))

    def _gutter(self, margin: int, text: str = "", number: str = "") -> str:
        bar = self._paint(f"{number:>{margin}} |", _FRAME)
        return f"{bar} {text}" if text else bar

    def _arrow(self, margin: int, arrow: str) -> str:
        return " " * margin + self._paint(arrow, _FRAME)

    def _paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._color else text


def _shown(source: Source, number: int) -> str:
    return source.line(number).rstrip()


def _location(span: Span) -> str:
    return printable(str(span))


def _first_use(found: Diagnostic) -> str:
    uses = [label.span for label in found.labels if not label.brief]
    parts = [f"used at {uses[0].line}:{uses[0].column}"] if uses else []
    parts += [label.brief for label in found.labels if label.brief]
    return f" ({', '.join(parts)})" if parts else ""


def _abridged(labels: Sequence[Label]) -> tuple[Sequence[Label], str | None]:
    """Leave out the middle of a long chain of uses and repetitions."""
    if len(labels) <= _MAX_LABELS:
        return labels, None
    kept = [*labels[: _MAX_LABELS - 2], *labels[-2:]]
    return kept, f"{len(labels) - _MAX_LABELS} steps between the last two of these are left out"
