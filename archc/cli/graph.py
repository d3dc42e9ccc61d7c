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


@click.command(short_help="Draw a network.")
@_arguments.network
@_arguments.output(
    "Write to this file: a drawing (.svg, .png, .pdf), a page on which blocks open (.html) or "
    "Mermaid's text (.mmd). Without it, or with -, print SVG.",
    dash=True,
)
@_arguments.depth(
    "Open blocks down to this depth: 1 shows the network's own layers and blocks. "
    "By default, as deep as fits a portrait page."
)
@click.option(
    "--weights",
    type=click.Choice(["params", "macs", "memory"]),
    help="The number that the colour of a box shows; params by default. memory: the bytes of "
    "parameters and buffers, and of what training on one sample keeps for the backward pass.",
)
@click.option(
    "--scale",
    type=click.FloatRange(0.1, 20),
    help="PNG: the pixels of one unit of the drawing, in which text is 10 to 17 units high; "
    "2 by default.",
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
    """Draw the network: its blocks, branches and skip connections; related layers share a box.

    SPEC is the path of a spec, the directory of a run, the name of a model that comes with archc,
    or - for standard input.

    The exit code is 1 if SPEC has errors, or if the picture cannot be made, written or opened.
    """
    if output is None and not opens and sys.stdout.isatty():
        raise click.UsageError(
            "SVG is not for a terminal: write a file with -o net.svg, or show it with --open."
        )
    if opens and output == _STDOUT:
        raise click.UsageError("--open shows a file; -o - writes none.")
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
    """Return the depth that fits a page, and print it if blocks stay closed."""
    from archc.picture.boxes import deepest, diagram, levels
    from archc.picture.svg import fitting_depth

    whole = diagram(graph, levels(graph))
    depth, most = fitting_depth(graph, whole), deepest(whole)
    if depth < most:
        note = f"drawn at depth {depth}, which fits a page: --depth {most} opens every block"
        click.echo(note, err=True)
    return depth


def _temporary() -> Path:
    """Return an empty file that outlives the command: the browser reads it later."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(prefix="archc-", suffix=".html", delete=False) as file:
        return Path(file.name)


def _open(path: Path) -> None:
    import webbrowser

    click.echo(f"wrote {path}", err=True)
    if not webbrowser.open(path.resolve().as_uri()):
        raise click.ClickException(f"no browser is found to show {path}")
