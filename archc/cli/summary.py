"""``archc summary``: what each layer of a network gives and costs."""

import os
import sys
from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.cli._output import show_json
from archc.cli._remarks import sound_graph
from archc.cli._terminal import columns, wants_color
from archc.pipeline import Checked

if TYPE_CHECKING:
    from archc.graph.graph import Graph
    from archc.measure.verify import Verdict

_LARGEST_BATCH = 2**31 - 1


@click.command(short_help="Show what each layer gives and costs.")
@_arguments.network
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
@_arguments.form("A table, or an object for a program.")
@click.option("--verify", is_flag=True, help="Compile, run, and compare each number with torch's.")
@click.pass_context
def command(
    ctx: click.Context,
    checked: Checked,
    batch: int,
    depth: int | None,
    form: str,
    verify: bool,
) -> None:
    """Show every layer's output shape, parameters, MACs and receptive field, and the totals.

    SPEC is a path, or - for standard input. The exit code is 1 if there are errors in it, or if
    --verify finds a difference.
    """
    graph = sound_graph(ctx, checked)
    if form == "json":
        _show_json(graph, batch)
    else:
        _show_table(graph, batch, depth)
    if verify and not _verified(graph, aside=form == "json"):
        ctx.exit(1)


def _show_table(graph: "Graph", batch: int, depth: int | None) -> None:
    from archc.report.table import table

    color = wants_color()
    # What no terminal shows need not be cropped.
    width = columns() if sys.stdout.isatty() or os.environ.get("COLUMNS") else None
    text = table(graph, batch=batch, depth=depth, width=width, color=color)
    click.echo(text, nl=False, color=color)


def _show_json(graph: "Graph", batch: int) -> None:
    from archc.analyses.summary import summarise

    show_json(summarise(graph, batch).to_json())


def _verified(graph: "Graph", *, aside: bool) -> bool:
    """Compare with torch and say what came of it, aside where standard output is a program's."""
    from archc.measure.verify import verify

    verdict: Verdict = verify(graph)
    for difference in verdict.differences:
        click.echo(f"error: {difference}", err=True)
    if not verdict.differences:
        click.echo(f"\n{verdict}" if not aside else str(verdict), err=aside)
    return not verdict.differences
