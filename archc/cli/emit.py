"""``archc emit``: the network as Python that imports torch alone."""

from pathlib import Path

import click

from archc.cli import _arguments
from archc.cli._files import write_whole
from archc.cli._remarks import sound_graph
from archc.pipeline import Checked


@click.command(short_help="Print a network as readable PyTorch code.")
@_arguments.network
@_arguments.output("Write to this file instead of standard output.")
@click.pass_context
def command(
    ctx: click.Context,
    checked: Checked,
    output: Path | None,
) -> None:
    """Print the network as Python that imports torch alone, with a class for each block.

    SPEC is the path of a spec, the directory of a run, the name of a model that comes with archc,
    or - for standard input. The code is what `archc.compile` executes; the output shape is
    beside each line.

    The exit code is 1 if SPEC has errors, or if the file cannot be written.
    """
    from archc.emit.emit import emit

    source = emit(sound_graph(ctx, checked)).source
    if output is None:
        click.echo(source, nl=False)
    else:
        write_whole(output, source)
