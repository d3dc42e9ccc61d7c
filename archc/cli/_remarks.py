"""The diagnostics of a spec on standard error, for commands that need its network."""

import sys

import click

from archc.cli._terminal import columns, wants_color
from archc.diagnostics import Diagnostic
from archc.graph.graph import Graph
from archc.pipeline import Checked
from archc.problems.base import Severity
from archc.render.display import printable


def sound_graph(ctx: click.Context, checked: Checked) -> Graph:
    """Return the graph and show its warnings and notes; if there are errors, show them and exit."""
    show_run(checked)
    diagnostics = list(checked.diagnostics)
    if checked.sound is None:
        # Without a source there is a diagnostic that says why.
        source = checked.source or diagnostics[0].span.source
        show_errors(source.name, diagnostics)
        ctx.exit(1)
    show_remarks(diagnostics)
    return checked.sound


def show_run(checked: Checked) -> None:
    """Say in one line what the recipe of a run sets, if the spec is the directory of a run."""
    if checked.run:
        click.echo(f"note: {printable(str(checked.run))}", err=True)


def show_errors(name: str, diagnostics: list[Diagnostic]) -> None:
    """Show the diagnostics of the file `name`, and their count."""
    from archc.render.text import report

    color = wants_color(sys.stderr)
    text = report(name, diagnostics, columns=columns(sys.stderr), color=color)
    click.echo(text, nl=False, err=True, color=color)


def show_remarks(diagnostics: list[Diagnostic]) -> None:
    """Show warnings in full, and all notes of a kind in one line."""
    if warnings := [d for d in diagnostics if d.severity is Severity.WARNING]:
        from archc.render.text import as_text

        color = wants_color(sys.stderr)
        text = as_text(warnings, columns=columns(sys.stderr), color=color)
        click.echo(text, err=True, color=color)
    kinds: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        if diagnostic.severity is Severity.NOTE:
            kinds.setdefault(diagnostic.problem.code, []).append(diagnostic)
    for notes in kinds.values():
        click.echo(_note(notes), err=True)


def _note(notes: list[Diagnostic]) -> str:
    problem, span = notes[0].problem, notes[0].span
    heading = f"note[{problem.code} {problem.name}]"
    if len(notes) == 1 or not problem.gathers:
        return f"{heading}: {printable(f'{span}: {problem.message()}')}"
    return f"{heading}: {len(notes)} {problem.gathers}; `archc check` shows where"
