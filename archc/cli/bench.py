"""``archc bench``: how fast a network is, and how fast this machine could run it."""

from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.cli._output import show_json
from archc.cli._remarks import sound_graph
from archc.pipeline import Checked

if TYPE_CHECKING:
    from archc.passes.base.optimised import Change


@click.command(short_help="Measure a network's speed against this machine's limits.")
@_arguments.network
@_arguments.batch("The number of samples in the batch.")
@_arguments.device("cpu, cuda or cuda:0; auto takes cuda if this machine has it.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of torch on the CPU.")
@click.option(
    "--train", is_flag=True, help="Time the forward and the backward pass, without an optimizer."
)
@_arguments.optimize(
    "inference", text="Rewrite the network for inference before, and print what was changed."
)
@click.option(
    "--vs",
    metavar="torchvision:NAME",
    help="Compare with a model of torchvision, as in torchvision:resnet18.",
)
@click.option("--layers", is_flag=True, help="Also time the evaluation of each layer by itself.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for programs.")
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
    """Time one batch, and compare its rate with this machine's measured peak.

    SPEC is the path of a spec, the directory of a run, the name of a model that comes with archc,
    or - for standard input. The weights and the input are random.

    The exit code is 1 if SPEC has errors, if torch cannot run it, or if the model to compare with
    is missing or takes another input.
    """
    if train and optimize:
        raise click.UsageError("--optimize is for inference and does not go with --train.")
    graph = sound_graph(ctx, checked)

    from archc.measure.bench.device import DeviceError, prepared
    from archc.measure.bench.measuring import BenchError, Conditions, measured
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
        measurement = measured(graph, plain, module, Conditions(batch, place, train, vs, layers))
    except (RivalError, BenchError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        show_json(report.to_json(measurement, changes))
    else:
        click.echo(report.text(measurement), nl=False)
