"""``archc predict``: what a trained network sees in images."""

from pathlib import Path

import click

from archc.cli import _arguments


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

    The JSON is a list with an object an image: {"image", "classes": [{"name", "probability"}]}.
    """
    import json

    from archc.cli._training import told_plainly
    from archc.render.display import printable

    with told_plainly(ctx, str(run)):
        from archc.train.session import device_named
        from archc.train.trained import open_run

        found = open_run(run, device=device_named(device)).predict(images, top)
    if form == "json":
        told = [
            {
                "image": str(path),
                "classes": [{"name": name, "probability": value} for name, value in likely],
            }
            for path, likely in zip(images, found, strict=True)
        ]
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for path, likely in zip(images, found, strict=True):
        classes = ", ".join(f"{name} {value:.1%}" for name, value in likely)
        click.echo(printable(f"{path}: {classes}"))
