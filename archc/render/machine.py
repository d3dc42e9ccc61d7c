"""Diagnostics as programs read them: a JSON object, and GitHub's workflow annotations."""

from collections.abc import Iterable, Sequence
from typing import Any

from archc.diagnostics import Diagnostic
from archc.problems.base import Severity
from archc.source import Span

VERSION = 1
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_json(files: Sequence[str], diagnostics: Iterable[Diagnostic]) -> str:
    """Return one JSON object that says what was found in `files`.

    Its form is ``{"version": 1, "files": […], "diagnostics": […]}``. A diagnostic has ``code``,
    ``name``, ``severity`` (``error``, ``warning`` or ``note``), ``message``, ``file``, ``line``,
    ``column``, ``end_line``, ``end_column``, ``help`` (a text or null) and ``related``: other
    places that explain it, each with ``message``, ``file`` and its line and column as above.
    Lines and columns count characters from 1; the end is exclusive. The version changes when
    something is renamed or removed, not when something is added.
    """
    import json

    found = [_object(diagnostic) for diagnostic in diagnostics]
    whole = {"version": VERSION, "files": list(files), "diagnostics": found}
    return json.dumps(whole, indent=2) + "\n"


def _object(found: Diagnostic) -> dict[str, Any]:
    related = [{"message": label.text, **_place(label.span)} for label in found.labels]
    return {
        "code": found.problem.code,
        "name": found.problem.name,
        "severity": found.severity.value,
        "message": found.problem.message(),
        **_place(found.span),
        "help": found.problem.help(),
        "related": related,
    }


def _place(span: Span) -> dict[str, Any]:
    source, line, column, end_line, end_column = span
    return {
        "file": source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Return workflow commands that annotate a pull request, one a line.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions and,
    for what is to be escaped, ``command.ts`` in actions/toolkit.
    """
    return "".join(map(_command, diagnostics))


def _command(found: Diagnostic) -> str:
    title = f"{found.problem.code} {found.problem.name}"
    return annotation(_COMMANDS[found.severity], found.span, title, found.problem.message())


def annotation(command: str, span: Span, title: str, message: str) -> str:
    """Return one workflow command, with its line's end: `error`, `warning` or `notice`."""
    properties = {
        "file": span.source.name,
        "line": span.line,
        "endLine": span.end_line,
        "col": span.column,
        "endColumn": span.end_column,
        "title": title,
    }
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{command} {told}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
