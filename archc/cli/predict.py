"""``archc predict``: what a trained network sees in images."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archc.cli import _arguments

if TYPE_CHECKING:
    from archc.train.trained import Prediction


@click.command(short_help="Tell what a trained network sees in images.")
@click.argument("run", metavar="RUN", type=click.Path(file_okay=False, path_type=Path))
@click.argument(
    "images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--top", type=click.IntRange(1), default=5, show_default=True, help="The classes told of each."
)
@click.option("--device", default="auto", show_default=True, help="cpu, cuda, cuda:0 or mps.")
@_arguments.form("A line an image, or a list for a program.")
@click.pass_context
def command(
    ctx: click.Context, run: Path, images: tuple[Path, ...], top: int, device: str, form: str
) -> None:
    """Tell the likeliest classes of each IMAGE by the network in the directory RUN.

    The JSON is a list with an object an image: {"image", "classes": [{"name", "probability"}]}, or
    {"image", "error"} for one that cannot be used. The exit code is 1 if there are such; the others
    are answered all the same.
    """
    import json

    from archc.cli._training import told_plainly

    with told_plainly(ctx, str(run)):
        from archc.train.devices import device_named
        from archc.train.trained import open_run

        found = list(open_run(run, device=device_named(device)).predict(images, top))
    _remark_scaled(found)
    for one in found:
        if one.error is not None:
            _say(f"error: cannot use {one.image}: {one.error}")
        elif form == "text":
            click.echo(_line(one))
    if form == "json":
        click.echo(json.dumps(list(map(_as_json, found)), indent=2, ensure_ascii=False))
    if any(one.error is not None for one in found):
        ctx.exit(1)


def _line(one: "Prediction") -> str:
    from archc.render.display import printable

    classes = ", ".join(f"{name} {value:.1%}" for name, value in one.classes)
    return printable(f"{one.image}: {classes}")


def _as_json(one: "Prediction") -> dict[str, Any]:
    if one.error is not None:
        return {"image": str(one.image), "error": one.error}
    classes = [{"name": name, "probability": value} for name, value in one.classes]
    return {"image": str(one.image), "classes": classes}


def _remark_scaled(found: Sequence["Prediction"]) -> None:
    """Say that images were scaled, which the test transforms of the recipe do not ask for."""
    scaled = [one for one in found if one.scaled_from is not None]
    if not scaled:
        return
    first = scaled[0]
    size = "×".join(map(str, first.scaled_from or ()))
    more = f" and {len(scaled) - 1} more" if len(scaled) > 1 else ""
    told = "scaled to the size that the network takes, since `test_transforms` do not resize them"
    _say(f"note: {first.image} ({size}){more}: {told}")


def _say(line: str) -> None:
    from archc.render.display import printable

    click.echo(printable(line), err=True)
