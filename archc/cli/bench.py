"""``archc bench``: how fast a network is, and how fast this machine could run it."""

import json
from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.cli._remarks import sound_graph
from archc.pipeline import Checked

if TYPE_CHECKING:
    from archc.passes.base.optimised import Change


@click.command(short_help="Measure the network against the machine's limits.")
@_arguments.network
@click.option("--batch", type=click.IntRange(1), default=1, show_default=True, help="Samples.")
@click.option(
    "--device", default="auto", show_default=True, help="cpu, cuda, or auto: cuda where it is."
)
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of torch on the CPU.")
@click.option("--train", is_flag=True, help="Forward and backward, without an optimiser.")
@click.option(
    "--optimize",
    type=click.Choice(["inference"]),
    help="Rewrite the network before; what was changed is told.",
)
@click.option("--vs", metavar="torchvision:NAME", help="Compare with torchvision's model.")
@click.option("--layers", is_flag=True, help="Time every layer's evaluation too, each alone.")
@click.option("--json", "as_json", is_flag=True, help="An object for a program.")
@click.pass_context
def command(
    ctx: click.Context,
    checked: Checked,
    batch: int,
    device: str,
    threads: int | None,
    train: bool,
    optimize: str | None,
    vs: str | None,
    layers: bool,
    as_json: bool,
) -> None:
    """Time one batch, and say what share of this machine's measured peak that is.

    SPEC is a path, or - for standard input. The exit code is 1 if there are errors in it, if
    torch cannot run it, or if the model to compare with is not there or takes another input.
    """
    if train and optimize:
        raise click.UsageError("--optimize is for inference; it does not go with --train.")
    graph = sound_graph(ctx, checked)

    from archc.measure.bench.device import DeviceError, prepared
    from archc.measure.bench.measuring import RunError, Setting, measured
    from archc.measure.bench.rival import RivalError
    from archc.measure.bench.room import RoomError, require_room
    from archc.module.live import compile_graph
    from archc.module.optimised import optimised_module
    from archc.passes import optimise
    from archc.report import benchmark as report

    try:
        place = prepared(device, threads)
    except DeviceError as error:
        raise click.BadParameter(str(error), param_hint="--device") from error
    try:
        require_room(graph, batch, place, train=train)
    except RoomError as error:
        raise click.ClickException(str(error)) from error
    plain = module = compile_graph(graph, 0)
    changes: tuple[Change, ...] = ()
    if optimize:
        module, optimised = optimised_module(graph, optimize, 0), optimise(graph, optimize)
        graph, changes = optimised.graph, optimised.changes
        click.echo(optimised.report(), err=True)
    try:
        found = measured(graph, plain, module, Setting(batch, place, train, vs, layers))
    except (RivalError, RunError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(report.to_json(found, changes), indent=2, ensure_ascii=False))
    else:
        click.echo(report.text(found), nl=False)
