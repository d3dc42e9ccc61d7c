"""``archc export``: the network in a format of other programs."""

from pathlib import Path
from typing import Any

import click

from archc.cli import _arguments
from archc.cli._files import require_folder, write_together
from archc.cli._remarks import sound_graph
from archc.pipeline import Checked


@click.command(short_help="Write a network as ONNX, .pt2 or safetensors.")
@_arguments.network
@_arguments.output("The file to write; its suffix is the format.", required=True)
@click.option(
    "--weights",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint whose keys are exactly those of the network.",
)
@click.option("--seed", type=int, help="The seed of random weights.  [default: 0]")
@click.option("--opset", type=click.IntRange(1), help="ONNX: the version of the operator set.")
@click.option("--dynamic-batch", is_flag=True, help="Accept any number of samples, not only one.")
@_arguments.optimize(
    "inference",
    "portable",
    text="Rewrite the network before, and print what was changed. inference: for one thread of "
    "the usual engine of the format; portable: only what helps every engine.",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    checked: Checked,
    output: Path,
    weights: Path | None,
    seed: int | None,
    **options: Any,
) -> None:
    """Write the network for other programs: .onnx, .pt2 (torch.export) or .safetensors.

    SPEC is the path of a spec, the directory of a run, the name of a model that comes with archc,
    or - for standard input. Without --weights the weights are random.

    The exit code is 1 if SPEC has errors, if the weights do not fit, or if the file cannot be
    written.
    """
    if weights is not None and seed is not None:
        raise click.UsageError("--seed is for random weights; it does not go with --weights.")
    seed = seed or 0
    name = _suffix(output)  # what needs no torch comes before what does
    require_folder(output)
    graph = sound_graph(ctx, checked)
    written = _format(name, options)

    from archc.export.base.request import ExportError, Request
    from archc.module.live import compile_graph
    from archc.weights.errors import CheckpointError

    try:
        if what := options.pop("optimize"):
            from archc.module.optimised import optimised_module
            from archc.passes import optimise

            passes = written.passes if what == "inference" else what
            module = optimised_module(graph, passes, seed, weights)
            optimised = optimise(graph, passes)
            graph = optimised.graph
            click.echo(optimised.report(), err=True)
        else:
            module = compile_graph(graph, seed, weights).eval()
        request = Request(graph, module, **options)
        size = write_together(output, lambda path: written.write(request, path))
    except (ExportError, CheckpointError) as error:
        raise click.ClickException(str(error)) from error
    origin = f"weights of {weights}" if weights else f"fresh weights of seed {seed}"
    click.echo(f"wrote {output}: {size:,} bytes, {origin}", err=True)


def _suffix(output: Path) -> str:
    """Return the name of the format that a file's suffix names."""
    from archc.export import FORMATS

    name = output.suffix.removeprefix(".").lower()
    if name not in FORMATS:
        known = ", ".join(f".{one}" for one in FORMATS.all_names())
        raise click.UsageError(f"{output.name!r} has the suffix of no format: {known}.")
    return name


def _format(name: str, options: dict[str, Any]) -> Any:
    """Return a format, or end where an option is none of its own."""
    from archc.export import FORMATS

    chosen = FORMATS.find(name)()
    for option, value in options.items():
        if value and option not in chosen.takes:
            raise click.UsageError(f"--{option.replace('_', '-')} means nothing to .{name}.")
    return chosen
