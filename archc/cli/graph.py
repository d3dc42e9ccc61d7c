"""``archc graph``: the network as a picture."""

from pathlib import Path

import click

from archc.cli import _arguments
from archc.cli._files import write_whole
from archc.cli._remarks import sound_graph
from archc.pipeline import check
from archc.spec.overrides import Text
from archc.syntax.opener import SpecLike

_SUFFIXES = (".svg", ".mmd")


def _read_output(ctx: click.Context, param: click.Parameter, given: Path | None) -> Path | None:
    if given is None or given.suffix.lower() in _SUFFIXES:
        return given
    known = " or ".join(_SUFFIXES)
    raise click.BadParameter(f"'{given}' does not end in {known}.", ctx, param)


@click.command(short_help="Draw the network.")
@click.argument("spec", metavar="SPEC", type=_arguments.SpecPath())
@_arguments.params
@_arguments.input_shape
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_read_output,
    help="Write SVG (.svg) or Mermaid's text (.mmd) to this file, whole or not at all, instead of "
    "SVG to standard output.",
)
@click.option(
    "--depth",
    type=click.IntRange(1),
    help="How deep blocks are open: 1 shows the network's own layers and blocks. "
    "Without it, as deep as fits a portrait page.",
)
@click.option(
    "--weights",
    type=click.Choice(["params", "macs"]),
    default="params",
    show_default=True,
    help="What the colour of an SVG's boxes tells.",
)
@click.pass_context
def command(
    ctx: click.Context,
    spec: SpecLike,
    params: dict[str, Text],
    input_shape: tuple[int, ...] | None,
    output: Path | None,
    depth: int | None,
    weights: str,
) -> None:
    """Draw the network: layers that belong together as one box, blocks, branches and skips.

    SPEC is a path, or - for standard input. The exit code is 1 if there are errors in it, or if
    the file cannot be written.
    """
    graph = sound_graph(ctx, check(spec, params, input_shape=input_shape))
    if output is not None and output.suffix.lower() == ".mmd":
        from archc.picture.mermaid import mermaid

        drawn = mermaid(graph, depth=depth)
    else:
        from archc.picture.svg import svg

        drawn = svg(graph, depth=depth, weights=weights)
    if output is None:
        click.echo(drawn, nl=False)
    else:
        write_whole(output, drawn)
