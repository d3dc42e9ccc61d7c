"""``archc emit``: the network as Python that imports torch alone."""

from pathlib import Path

import click

from archc.cli import _arguments
from archc.cli._files import write_whole
from archc.cli._remarks import sound_graph
from archc.pipeline import Checked


@click.command(short_help="Write the network as readable PyTorch.")
@_arguments.network
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, whole or not at all, instead of standard output.",
)
@click.pass_context
def command(
    ctx: click.Context,
    checked: Checked,
    output: Path | None,
) -> None:
    """Write the module that `archc.compile` runs: one class a block, shapes beside each line.

    SPEC is a path, or - for standard input. The exit code is 1 if there are errors in it, or if
    the file cannot be written.
    """
    from archc.emit.emit import emit

    source = emit(sound_graph(ctx, checked)).source
    if output is None:
        click.echo(source, nl=False)
    else:
        write_whole(output, source)
