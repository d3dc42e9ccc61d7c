"""``archc predict``: the likeliest classes of images, by a trained network."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archc.cli import _arguments
from archc.cli._output import show_json

if TYPE_CHECKING:
    from archc.train.trained import Prediction


@click.command(short_help="Classify images with a trained network.")
@_arguments.run_directory
@click.argument(
    "images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--top", type=click.IntRange(1), default=5, show_default=True, help="Classes for each image."
)
@_arguments.device(_arguments.TRAINING_DEVICE)
@_arguments.form("text: a line for each image; json: a list for programs.")
@click.pass_context
def command(
    ctx: click.Context, run: Path, images: tuple[Path, ...], top: int, device: str, form: str
) -> None:
    """Print the likeliest classes of each IMAGE, with their probabilities.

    RUN is the directory that `archc train` wrote.

    The exit code is 1 if an image cannot be used; the classes of the others are printed.
    """
    from archc.cli._training import training_errors

    with training_errors(ctx, str(run)):
        from archc.train.devices import device_named
        from archc.train.trained import open_run

        predictions = list(open_run(run, device=device_named(device)).predict(images, top))
    _note_scaled(predictions)
    for prediction in predictions:
        if prediction.error is not None:
            _show_aside(f"error: cannot use {prediction.image}: {prediction.error}")
        elif form == "text":
            click.echo(_line(prediction))
    if form == "json":
        show_json([_plain(prediction) for prediction in predictions])
    if any(prediction.error is not None for prediction in predictions):
        ctx.exit(1)


def _line(prediction: "Prediction") -> str:
    from archc.render.display import printable

    classes = ", ".join(f"{name} {value:.1%}" for name, value in prediction.classes)
    return printable(f"{prediction.image}: {classes}")


def _plain(prediction: "Prediction") -> dict[str, Any]:
    """Return an item of `archc.report.models.Predictions`."""
    if prediction.error is not None:
        return {"image": str(prediction.image), "error": prediction.error}
    classes = [{"name": name, "probability": value} for name, value in prediction.classes]
    return {"image": str(prediction.image), "classes": classes}


def _note_scaled(predictions: Sequence["Prediction"]) -> None:
    """Print a note if images were scaled although the recipe's test transforms do not resize."""
    scaled = [prediction for prediction in predictions if prediction.scaled_from is not None]
    if not scaled:
        return
    first = scaled[0]
    size = "×".join(map(str, first.scaled_from or ()))
    more = f" and {len(scaled) - 1} more" if len(scaled) > 1 else ""
    reason = "scaled to the network's input size, since `test_transforms` do not resize them"
    _show_aside(f"note: {first.image} ({size}){more}: {reason}")


def _show_aside(line: str) -> None:
    from archc.render.display import printable

    click.echo(printable(line), err=True)
