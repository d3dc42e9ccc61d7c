"""``archc summary``: the output shape and the cost of each layer."""

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


@click.command(short_help="Show each layer's output shape, parameters and MACs.")
@_arguments.network
@_arguments.batch("The number of samples for the activation memory.", _LARGEST_BATCH)
@_arguments.depth("Fold blocks below this depth: 1 shows the network's own layers and blocks.")
@_arguments.form("text: a table; json: an object for programs.")
@click.option(
    "--verify",
    is_flag=True,
    help="Also compile and run the network, and compare each number with torch's.",
)
@click.pass_context
def command(
    ctx: click.Context,
    checked: Checked,
    batch: int,
    depth: int | None,
    form: str,
    verify: bool,
) -> None:
    """Show each layer's output shape, parameters, MACs and receptive field, and the totals.

    SPEC is the path of a spec, the directory of a run, the name of a model that comes with archc,
    or - for standard input: `archc summary resnet18 --depth 1`.

    The exit code is 1 if SPEC has errors, or if --verify finds a difference.
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
    # Only a terminal crops its lines.
    width = columns() if sys.stdout.isatty() or os.environ.get("COLUMNS") else None
    text = table(graph, batch=batch, depth=depth, width=width, color=color)
    click.echo(text, nl=False, color=color)


def _show_json(graph: "Graph", batch: int) -> None:
    from archc.analyses.summary import summarise
    from archc.report.summary_json import summary_json

    show_json(summary_json(summarise(graph, batch)))


def _verified(graph: "Graph", *, aside: bool) -> bool:
    """Compare with torch and print the result; `aside` prints it to standard error."""
    from archc.measure.verify import verify

    verdict: Verdict = verify(graph)
    for difference in verdict.differences:
        click.echo(f"error: {difference}", err=True)
    if not verdict.differences:
        click.echo(f"\n{verdict}" if not aside else str(verdict), err=aside)
    return not verdict.differences
