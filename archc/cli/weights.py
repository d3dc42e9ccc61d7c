"""``archc weights``: what of a checkpoint fits a network, and a whole state made of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.cli._files import require_folder
from archc.cli._output import show_json
from archc.cli._remarks import sound_graph
from archc.pipeline import Checked

if TYPE_CHECKING:
    from archc.analyses.fitting import Fit
    from archc.graph.graph import Graph


@click.command(short_help="Show what of a checkpoint fits the network.")
@_arguments.network
@click.argument("checkpoint", metavar="CHECKPOINT", type=click.Path(path_type=Path))
@_arguments.form("A table, or an object for a program.")
@click.option(
    "-o",
    "--output",
    "--init-from",
    metavar="OUT",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a whole state for SPEC as safetensors: what fits, and the rest initialised.",
)
@click.option("--seed", type=int, help="Make what --output initialises reproducible.")
@click.pass_context
def command(
    ctx: click.Context,
    checked: Checked,
    checkpoint: Path,
    form: str,
    output: Path | None,
    seed: int | None,
) -> None:
    """Show by layer what of CHECKPOINT fits SPEC, is missing, left over or of another shape.

    CHECKPOINT is a file of safetensors or of torch.save; nothing in it is executed. The exit code
    is 0 if all fits, or with --output if the file was written; else it is 1.
    """
    from archc.analyses.fitting import fit
    from archc.analyses.keys import state_keys
    from archc.weights.errors import CheckpointError
    from archc.weights.opening import read_shapes

    if seed is not None and output is None:
        raise click.UsageError("--seed is for --output, which initialises what is missing.")
    if output is not None:
        _require_place(output)
    graph = sound_graph(ctx, checked)
    try:
        shapes, remarks = read_shapes(checkpoint, state_keys(graph))
        found = fit(graph, shapes)
        _show(found, form)
        for remark in remarks:
            click.echo(f"note: {remark}", err=True)
        if output is not None:
            _write(graph, found, checkpoint, output, seed)
        elif not found.whole:
            told = "writes a whole state: what fits, and the rest initialised"
            click.echo(f"note: --init-from FILE.safetensors {told}", err=True)
    except CheckpointError as error:
        raise click.ClickException(str(error)) from error
    if not found.whole and output is None:
        ctx.exit(1)


def _require_place(output: Path) -> None:
    """Refuse a file that would not be what its name says, or that cannot be written."""
    if output.suffix.lower() != ".safetensors":
        told = f"--output writes safetensors, and {output.name!r} does not end in .safetensors."
        raise click.UsageError(told)
    require_folder(output)


def _show(found: "Fit", form: str) -> None:
    from archc.report.fit_table import fit_json, fit_table

    if form == "json":
        show_json(fit_json(found))
    else:
        click.echo(fit_table(found), nl=False)


def _write(graph: "Graph", found: "Fit", checkpoint: Path, output: Path, seed: int | None) -> None:
    """Write a whole state: what fits from the checkpoint, the rest freshly initialised."""
    from archc.module.live import compile_graph
    from archc.weights.checkpoint import read_checkpoint, write_weights
    from archc.weights.load import fill

    module = compile_graph(graph, seed)
    tensors = read_checkpoint(checkpoint, found.keys)
    fill(module, {key: tensors[key] for key in found.fits})
    write_weights(output, module.state_dict(), {"format": "pt"})
    fresh = len(found.keys) - len(found.fits)
    told = f"{len(found.fits):,} tensors from {checkpoint}, {fresh:,} initialised"
    click.echo(f"wrote {output}: {told}", err=True)
