"""``archc evaluate``: the scores of a trained network."""

from pathlib import Path
from typing import Literal

import click

from archc.cli import _arguments
from archc.cli._output import show_json


@click.command(short_help="Print the loss and accuracy of a trained network.")
@_arguments.run_directory
@click.option(
    "--split",
    type=click.Choice(["test", "train"]),
    default="test",
    show_default=True,
    help="The split to evaluate.",
)
@click.option(
    "--weights",
    type=click.Choice(["best", "last"]),
    default="best",
    show_default=True,
    help="The weights of the best or of the last epoch.",
)
@_arguments.device(_arguments.TRAINING_DEVICE)
@_arguments.form("text: a line; json: an object for programs.")
@click.pass_context
def command(
    ctx: click.Context,
    run: Path,
    split: Literal["test", "train"],
    weights: Literal["best", "last"],
    device: str,
    form: str,
) -> None:
    """Print the loss, the accuracy and the top-5 accuracy of a trained network.

    RUN is the directory that `archc train` wrote. The data that its recipe names must be there.

    The exit code is 1 if the run or its data cannot be used.
    """
    from archc.cli._training import training_errors

    with training_errors(ctx, str(run)):
        from archc.train.devices import device_named
        from archc.train.trained import open_run

        trained = open_run(run, weights=weights, device=device_named(device))
        scores, _ = trained.evaluate(split)
    if form == "json":
        show_json(scores._asdict())
        return
    click.echo(
        f"{split}: loss {scores.loss:.4f}, accuracy {scores.accuracy:.2%}, "
        f"top-5 {scores.top5:.2%} of {scores.samples:,} samples"
    )
