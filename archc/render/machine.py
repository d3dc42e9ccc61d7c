"""Diagnostics for programs: a JSON object, and GitHub's workflow annotations."""

from collections.abc import Iterable, Sequence
from typing import Any

from archc.diagnostics import Diagnostic
from archc.problems.base import Severity
from archc.source import Span

VERSION = 1
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_json(files: Sequence[str], diagnostics: Iterable[Diagnostic]) -> str:
    """Return one JSON object: the diagnostics of `files`.

    `archc.report.models.Check` has its fields. Lines and columns count characters from 1; the
    end is exclusive. The version changes when a field is renamed or removed, not when one is
    added.
    """
    from archc.render.json_text import json_text  # `json` costs milliseconds

    objects = [_object(diagnostic) for diagnostic in diagnostics]
    document = {"version": VERSION, "files": list(files), "diagnostics": objects}
    return json_text(document, ascii_only=True)  # the name of a file may not be Unicode


def _object(diagnostic: Diagnostic) -> dict[str, Any]:
    related = [{"message": label.text, **_location(label.span)} for label in diagnostic.labels]
    return {
        "code": diagnostic.problem.code,
        "name": diagnostic.problem.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.problem.message(),
        **_location(diagnostic.span),
        "help": diagnostic.problem.help(),
        "related": related,
    }


def _location(span: Span) -> dict[str, Any]:
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


def _command(diagnostic: Diagnostic) -> str:
    title = f"{diagnostic.problem.code} {diagnostic.problem.name}"
    return annotation(
        _COMMANDS[diagnostic.severity], diagnostic.span, title, diagnostic.problem.message()
    )


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
    values = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{command} {values}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
