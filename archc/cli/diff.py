"""``archc diff``: what changed between two networks."""

from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.cli._output import show_json
from archc.cli._remarks import show_errors, show_run
from archc.language.overrides import Text
from archc.pipeline import check
from archc.syntax.opener import SpecLike

if TYPE_CHECKING:
    from archc.graph.graph import Graph

TROUBLE = 2  # as for diff and git diff: 1 means that there are differences


def _read_variants(
    ctx: click.Context, param: click.Parameter, names: tuple[str, ...]
) -> tuple[str | None, str | None]:
    if len(names) > 2:
        raise click.BadParameter("is given more than twice.", ctx, param)
    return (names[0], names[-1]) if names else (None, None)


@click.command(short_help="Show what changed between two specs.")
@click.argument("old", metavar="OLD", type=_arguments.SpecPath())
@click.argument("new", metavar="NEW", type=_arguments.SpecPath())
@_arguments.params
@click.option(
    "--variant",
    "variants",
    metavar="NAME",
    multiple=True,
    callback=_read_variants,
    help="Use a variant of both specs; given twice, one of OLD and one of NEW.",
)
@_arguments.input_shape
@_arguments.form(_arguments.CHECK_FORMATS, "github")
@click.pass_context
def command(
    ctx: click.Context,
    old: SpecLike,
    new: SpecLike,
    params: dict[str, Text],
    variants: tuple[str | None, str | None],
    input_shape: tuple[int, ...] | None,
    form: str,
) -> None:
    """Show which layers were added, removed or changed, and which keys of a checkpoint remain.

    OLD and NEW are paths of specs, directories of runs or names of models that come with archc;
    one of them can be - for standard input. -p and --input apply to both.

    The exit code is 0 if the networks are the same, 1 if they differ, and 2 if a spec has errors
    or the output cannot be written.
    """
    from archc.analyses.difference import difference
    from archc.report import difference_text as show

    if old == new == "-":
        raise click.UsageError("only one of the two specs can come from standard input.")
    before = _graph(ctx, old, params, variants[0], input_shape)
    after = _graph(ctx, new, params, variants[1], input_shape)
    changes = difference(before, after)
    if form == "json":
        show_json(show.difference_json(changes))
    elif form == "github":
        click.echo(show.difference_github(changes, after), nl=False)
    else:
        click.echo(show.difference_text(changes, after), nl=False)
    if not changes.same:
        ctx.exit(1)


def _graph(
    ctx: click.Context,
    spec: SpecLike,
    params: dict[str, Text],
    variant: str | None,
    input_shape: tuple[int, ...] | None,
) -> "Graph":
    checked = check(spec, params, variant=variant, input_shape=input_shape)
    show_run(checked)
    if checked.sound is None:
        diagnostics = list(checked.diagnostics)
        # Without a source there is a diagnostic that says why.
        source = checked.source or diagnostics[0].span.source
        show_errors(source.name, diagnostics)
        ctx.exit(TROUBLE)
    return checked.sound
