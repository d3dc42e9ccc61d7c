"""What commands that need a sound spec say of it on standard error."""

import sys

import click

from archc.cli._terminal import columns, wants_color
from archc.diagnostics import Diagnostic
from archc.graph.graph import Graph
from archc.pipeline import Checked
from archc.problems.base import Severity
from archc.render.display import printable


def sound_graph(ctx: click.Context, checked: Checked) -> Graph:
    """Return the graph after its warnings and notes; where there are errors, show them and exit."""
    found = list(checked.diagnostics)
    if checked.sound is None:
        # Without a source there is a diagnostic that says why.
        source = checked.source or found[0].span.source
        show_errors(source.name, found)
        ctx.exit(1)
    show_remarks(found)
    return checked.sound


def show_errors(name: str, found: list[Diagnostic]) -> None:
    """Show all that is wrong with what `name` names."""
    from archc.render.text import report

    color = wants_color(sys.stderr)
    text = report(name, found, columns=columns(sys.stderr), color=color)
    click.echo(text, nl=False, err=True, color=color)


def show_remarks(found: list[Diagnostic]) -> None:
    """Show warnings whole, and all notes of a kind in one line."""
    if warnings := [one for one in found if one.severity is Severity.WARNING]:
        from archc.render.text import as_text

        color = wants_color(sys.stderr)
        text = as_text(warnings, columns=columns(sys.stderr), color=color)
        click.echo(text, err=True, color=color)
    kinds: dict[str, list[Diagnostic]] = {}
    for one in found:
        if one.severity is Severity.NOTE:
            kinds.setdefault(one.problem.code, []).append(one)
    for notes in kinds.values():
        click.echo(_note(notes), err=True)


def _note(notes: list[Diagnostic]) -> str:
    problem, span = notes[0].problem, notes[0].span
    told = f"note[{problem.code} {problem.name}]"
    if len(notes) == 1 or not problem.gathers:
        return f"{told}: {printable(f'{span}: {problem.message()}')}"
    return f"{told}: {len(notes)} {problem.gathers}; `archc check` shows where"
