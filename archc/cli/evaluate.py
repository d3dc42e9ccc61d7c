"""``archc evaluate``: the scores of a trained network."""

from pathlib import Path
from typing import Literal

import click

from archc.cli import _arguments


@click.command(short_help="Tell the loss and accuracy of a trained network.")
@click.argument("run", metavar="RUN", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--split",
    type=click.Choice(["test", "train"]),
    default="test",
    show_default=True,
    help="Of what.",
)
@click.option(
    "--weights",
    type=click.Choice(["best", "last"]),
    default="best",
    show_default=True,
    help="Those of the best epoch, or of the last.",
)
@click.option("--device", default="auto", show_default=True, help="cpu, cuda, cuda:0 or mps.")
@_arguments.form("A line, or an object for a program.")
@click.pass_context
def command(
    ctx: click.Context,
    run: Path,
    split: Literal["test", "train"],
    weights: Literal["best", "last"],
    device: str,
    form: str,
) -> None:
    """Tell the loss, the accuracy and the top-5 accuracy of the network in the directory RUN.

    The JSON object is {"loss", "accuracy", "top5", "samples"}, the accuracies as fractions.
    """
    import json

    from archc.cli._training import told_plainly

    with told_plainly(ctx, str(run)):
        from archc.train.devices import device_named
        from archc.train.trained import open_run

        trained = open_run(run, weights=weights, device=device_named(device))
        scores, _ = trained.evaluate(split)
    if form == "json":
        click.echo(json.dumps(scores._asdict(), indent=2))
        return
    click.echo(
        f"{split}: loss {scores.loss:.4f}, accuracy {scores.accuracy:.2%}, "
        f"top-5 {scores.top5:.2%} of {scores.samples:,} samples"
    )
