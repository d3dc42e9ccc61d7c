"""``archc weights``: which tensors of a checkpoint fit a network."""

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


@click.command(short_help="Show which tensors of a checkpoint fit a network.")
@_arguments.network
@click.argument("checkpoint", metavar="CHECKPOINT", type=click.Path(path_type=Path))
@_arguments.form("text: a table; json: an object for programs.")
@_arguments.output(
    "Write all weights of SPEC as safetensors: those that fit, and the rest initialised.",
    names=("-o", "--output", "--init-from"),
    metavar="OUT",
)
@click.option("--seed", type=int, help="The seed of the weights that --output initialises.")
@click.pass_context
def command(
    ctx: click.Context,
    checked: Checked,
    checkpoint: Path,
    form: str,
    output: Path | None,
    seed: int | None,
) -> None:
    """Show by layer which tensors fit, are missing, are left over or have another shape.

    SPEC is the path of a spec, the directory of a run, the name of a model that comes with archc,
    or - for standard input. CHECKPOINT is a file of safetensors or of torch.save; no code in it
    is executed.

    The exit code is 0 if all tensors fit, or with --output if the file was written; otherwise 1.
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
        fitting = fit(graph, shapes)
        _show(fitting, form)
        for remark in remarks:
            click.echo(f"note: {remark}", err=True)
        if output is not None:
            _write(graph, fitting, checkpoint, output, seed)
        elif not fitting.whole:
            result = "writes all weights: those that fit, and the rest initialised"
            click.echo(f"note: --init-from FILE.safetensors {result}", err=True)
    except CheckpointError as error:
        raise click.ClickException(str(error)) from error
    if not fitting.whole and output is None:
        ctx.exit(1)


def _require_place(output: Path) -> None:
    """Reject a file whose suffix is wrong, or that cannot be written."""
    if output.suffix.lower() != ".safetensors":
        message = f"--output writes safetensors, but {output.name!r} does not end in .safetensors."
        raise click.UsageError(message)
    require_folder(output)


def _show(fitting: "Fit", form: str) -> None:
    from archc.report.fit_table import fit_json, fit_table

    if form == "json":
        show_json(fit_json(fitting))
    else:
        click.echo(fit_table(fitting), nl=False)


def _write(
    graph: "Graph", fitting: "Fit", checkpoint: Path, output: Path, seed: int | None
) -> None:
    """Write all weights: what fits from the checkpoint, and the rest initialised."""
    from archc.module.live import compile_graph
    from archc.weights.checkpoint import read_checkpoint, write_weights
    from archc.weights.load import fill

    module = compile_graph(graph, seed)
    tensors = read_checkpoint(checkpoint, fitting.keys)
    fill(module, {key: tensors[key] for key in fitting.fits})
    write_weights(output, module.state_dict(), {"format": "pt"})
    initialised = len(fitting.keys) - len(fitting.fits)
    origin = f"{len(fitting.fits):,} tensors from {checkpoint}, {initialised:,} initialised"
    click.echo(f"wrote {output}: {origin}", err=True)
