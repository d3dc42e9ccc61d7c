"""``archc graph``: the network as a picture."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archc.cli import _arguments
from archc.cli._files import write_whole
from archc.cli._remarks import sound_graph
from archc.pipeline import Checked

if TYPE_CHECKING:
    from archc.graph.graph import Graph
    from archc.picture.formats.base.format import PictureFormat

_STDOUT = Path("-")


@click.command(short_help="Draw the network.")
@_arguments.network
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write to this file, whole or not at all: a drawing (.svg, .png, .pdf), a page to open "
    "blocks on (.html) or Mermaid's text (.mmd). Without it, or with -, SVG goes to standard "
    "output.",
)
@click.option(
    "--depth",
    type=click.IntRange(1),
    help="How deep blocks are open: 1 shows the network's own layers and blocks. "
    "Without it, as deep as fits a portrait page.",
)
@click.option(
    "--weights",
    type=click.Choice(["params", "macs", "memory"]),
    help="What the colour of boxes tells; params unless given. memory: the bytes of parameters "
    "and buffers, and of what training on one sample keeps for the backward pass.",
)
@click.option(
    "--scale",
    type=click.FloatRange(0.1, 20),
    help="PNG: the pixels of one unit of the drawing, whose text is 10 to 17 high; 2 unless given.",
)
@click.option(
    "--open",
    "opens",
    is_flag=True,
    help="Show the picture in the browser; without -o, as a page in a temporary file.",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    checked: Checked,
    output: Path | None,
    depth: int | None,
    opens: bool,
    **options: Any,
) -> None:
    """Draw the network: layers that belong together as one box, blocks, branches and skips.

    SPEC is a path, or - for standard input. The exit code is 1 if there are errors in it, or if
    the picture cannot be made, written or opened.
    """
    if output is None and not opens and sys.stdout.isatty():
        raise click.UsageError("SVG is no text to read: -o net.svg, or --open to see it.")
    if opens and output == _STDOUT:
        raise click.UsageError("--open shows a file, and -o - is none.")
    chosen = {name: value for name, value in options.items() if value is not None}
    picture_format = _format(output, opens, chosen)
    graph = sound_graph(ctx, checked)

    from archc.picture.formats.base.format import PictureError, Request

    if depth is None and not picture_format.opens:
        depth = _fitting(graph)
    try:
        data = picture_format.draw(Request(graph, depth, **chosen))
    except PictureError as error:
        raise click.ClickException(str(error)) from error
    if opens:
        output = output or _temporary()
    if output is None or output == _STDOUT:
        click.echo(data, nl=False)
        return
    write_whole(output, data)
    if opens:
        _open(output)


def _format(output: Path | None, opens: bool, options: dict[str, Any]) -> "PictureFormat":
    """Return the format that a file's suffix names.

    Raises:
        click.UsageError: the suffix is unknown, or an option does not apply to the format.
    """
    from archc.picture.formats import PICTURE_FORMATS

    if output is None or output == _STDOUT:
        name = "html" if opens else "svg"
    else:
        name = output.suffix.removeprefix(".").lower()
    try:
        picture_format = PICTURE_FORMATS.find(name)()
    except LookupError:
        known = ", ".join(f".{suffix}" for suffix in PICTURE_FORMATS.all_names())
        file = output.name if output else name
        raise click.UsageError(f"{file!r} has the suffix of no format: {known}.") from None
    for option in options:
        if option not in picture_format.takes:
            raise click.UsageError(f"--{option} does not apply to .{name}.")
    return picture_format


def _fitting(graph: "Graph") -> int:
    """Return the depth that fits a page, and say so where that leaves blocks closed."""
    from archc.picture.boxes import deepest, diagram, levels
    from archc.picture.svg import fitting_depth

    whole = diagram(graph, levels(graph))
    depth, most = fitting_depth(graph, whole), deepest(whole)
    if depth < most:
        told = f"drawn at depth {depth}, what fits a page: --depth {most} opens every block"
        click.echo(told, err=True)
    return depth


def _temporary() -> Path:
    """Return an empty file that outlives the command, since a browser reads it after that."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(prefix="archc-", suffix=".html", delete=False) as file:
        return Path(file.name)


def _open(path: Path) -> None:
    import webbrowser

    click.echo(f"wrote {path}", err=True)
    if not webbrowser.open(path.resolve().as_uri()):
        raise click.ClickException(f"no browser is found here to show {path} in")
