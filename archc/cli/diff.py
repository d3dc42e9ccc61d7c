"""``archc diff``: what changed between two specs, as a reader thinks of it."""

from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.cli._output import show_json
from archc.cli._remarks import show_errors
from archc.language.overrides import Text
from archc.pipeline import check
from archc.syntax.opener import SpecLike

if TYPE_CHECKING:
    from archc.graph.graph import Graph

TROUBLE = 2  # as diff and git diff have it: 1 is for differences


@click.command(short_help="Tell what changed between two specs.")
@click.argument("old", metavar="OLD", type=_arguments.SpecPath())
@click.argument("new", metavar="NEW", type=_arguments.SpecPath())
@_arguments.params
@_arguments.input_shape
@_arguments.form("For a person, for a program, or as annotations in a GitHub workflow.", "github")
@click.pass_context
def command(
    ctx: click.Context,
    old: SpecLike,
    new: SpecLike,
    params: dict[str, Text],
    input_shape: tuple[int, ...] | None,
    form: str,
) -> None:
    """Tell which layers were added, removed, changed or rewired, and what of a checkpoint stays.

    Parameters and --input are given to both specs. The exit code is 0 if the networks are the
    same, 1 if they differ, and 2 if there are errors in a spec or the output cannot be written.
    """
    from archc.analyses.difference import difference
    from archc.report import difference_text as show

    if old == new == "-":
        raise click.UsageError("only one of the two specs can come from standard input.")
    before, after = (_graph(ctx, spec, params, input_shape) for spec in (old, new))
    found = difference(before, after)
    if form == "json":
        show_json(show.difference_json(found))
    elif form == "github":
        click.echo(show.difference_github(found, after), nl=False)
    else:
        click.echo(show.difference_text(found, after), nl=False)
    if not found.same:
        ctx.exit(1)


def _graph(
    ctx: click.Context,
    spec: SpecLike,
    params: dict[str, Text],
    input_shape: tuple[int, ...] | None,
) -> "Graph":
    checked = check(spec, params, input_shape=input_shape)
    if checked.sound is None:
        found = list(checked.diagnostics)
        # Without a source there is a diagnostic that says why.
        source = checked.source or found[0].span.source
        show_errors(source.name, found)
        ctx.exit(TROUBLE)
    return checked.sound
