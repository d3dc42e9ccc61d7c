"""``archc summary``: what each layer of a network gives and costs."""

import os
import sys
from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.cli._terminal import columns, wants_color
from archc.diagnostics import Diagnostic
from archc.pipeline import check
from archc.problems.base import Severity
from archc.render.display import printable
from archc.spec.overrides import Text
from archc.syntax.opener import SpecLike

if TYPE_CHECKING:
    from archc.backends.verify import Verdict
    from archc.graph.graph import Graph

_LARGEST_BATCH = 2**31 - 1


def _read_sizes(
    ctx: click.Context, param: click.Parameter, given: str | None
) -> tuple[int, ...] | None:
    if given is None:
        return None
    try:
        return tuple(int(size) for size in given.split(","))
    except ValueError:
        message = "is not C,H,W: three whole numbers, or one for a vector."
        raise click.BadParameter(f"{given!r} {message}", ctx, param) from None


@click.command(short_help="Show what each layer gives and costs.")
@click.argument("spec", metavar="SPEC", type=_arguments.SpecPath())
@_arguments.params
@click.option(
    "--input",
    "input_shape",
    metavar="C,H,W",
    callback=_read_sizes,
    help="Take the place of the spec's input; the batch is implied.",
)
@click.option(
    "--batch",
    type=click.IntRange(1, _LARGEST_BATCH),
    default=1,
    show_default=True,
    help="The number of samples that the activation memory is told for.",
)
@click.option(
    "--depth",
    type=click.IntRange(1),
    help="Fold what lies deeper: 1 shows the network's own layers and blocks.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table, or an object for a program.",
)
@click.option("--verify", is_flag=True, help="Compile, run, and compare each number with torch's.")
@click.pass_context
def command(
    ctx: click.Context,
    spec: SpecLike,
    params: dict[str, Text],
    input_shape: tuple[int, ...] | None,
    batch: int,
    depth: int | None,
    form: str,
    verify: bool,
) -> None:
    """Show every layer's output shape, parameters, MACs and receptive field, and the totals.

    SPEC is a path, or - for standard input. The exit code is 1 if there are errors in it, or if
    --verify finds a difference.
    """
    checked = check(spec, params, input_shape=input_shape)
    graph = checked.sound
    if graph is None:
        found = list(checked.diagnostics)
        # Without a source there is a diagnostic that says why.
        source = checked.source or found[0].span.source
        _show_errors(source.name, found)
        ctx.exit(1)
    _show_remarks(list(checked.diagnostics))
    if form == "json":
        _show_json(graph, batch)
    else:
        _show_table(graph, batch, depth)
    if verify and not _verified(graph, aside=form == "json"):
        ctx.exit(1)


def _show_table(graph: "Graph", batch: int, depth: int | None) -> None:
    from archc.backends.table import table

    color = wants_color()
    # What no terminal shows need not be cropped.
    width = columns() if sys.stdout.isatty() or os.environ.get("COLUMNS") else None
    text = table(graph, batch=batch, depth=depth, width=width, color=color)
    click.echo(text, nl=False, color=color)


def _show_json(graph: "Graph", batch: int) -> None:
    import json

    from archc.analyses.report import report

    click.echo(json.dumps(report(graph, batch).to_json(), indent=2, ensure_ascii=False))


def _show_errors(name: str, found: list[Diagnostic]) -> None:
    from archc.render.text import report

    color = wants_color(sys.stderr)
    text = report(name, found, columns=columns(sys.stderr), color=color)
    click.echo(text, nl=False, err=True, color=color)


def _show_remarks(found: list[Diagnostic]) -> None:
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


def _verified(graph: "Graph", *, aside: bool) -> bool:
    """Compare with torch and say what came of it, aside where standard output is a program's."""
    from archc.backends.verify import verify

    verdict: Verdict = verify(graph)
    for difference in verdict.differences:
        click.echo(f"error: {difference}", err=True)
    if not verdict.differences:
        click.echo(f"\n{verdict}" if not aside else str(verdict), err=aside)
    return not verdict.differences
