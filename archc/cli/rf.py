"""``archc rf``: the receptive field of each layer."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archc.cli import _arguments
from archc.cli._files import write_whole
from archc.cli._output import show_json
from archc.cli._remarks import sound_graph
from archc.pipeline import Checked

if TYPE_CHECKING:
    from collections.abc import Callable

    from archc.graph.graph import Graph, Node
    from archc.report.field_table import Seen


@click.command(short_help="Show the receptive field of each layer.")
@_arguments.network
@click.argument("layer", metavar="[LAYER]", required=False)
@_arguments.form("text: a table; json: an object for programs.")
@_arguments.output(
    "Draw the receptive field of the map's centre; requires matplotlib.", metavar="FILE.png"
)
@click.option(
    "--effective",
    is_flag=True,
    help="Measure with torch how strongly the centre depends on each pixel.",
)
@click.option(
    "--weights-from",
    "weights",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="With --effective: the checkpoint to use instead of random weights.",
)
@click.option(
    "--samples",
    type=click.IntRange(1),
    help="With --effective: how many random inputs, and weights, to use. By default 8 to 100, by "
    "their cost.",
)
@click.option(
    "--seed", type=click.IntRange(0), help="With --effective: the seed of the first; 0 by default."
)
@click.pass_context
def command(
    ctx: click.Context,
    checked: Checked,
    layer: str | None,
    form: str,
    output: Path | None,
    effective: bool,
    weights: Path | None,
    samples: int | None,
    seed: int | None,
) -> None:
    """Show the receptive field of each layer: its size, cumulative stride, centre and padding.

    SPEC is the path of a spec, the directory of a run, the name of a model that comes with archc,
    or - for standard input. LAYER is the path of a layer or a block, as in layer2.0; for a
    block, its output is shown.

    The exit code is 1 if SPEC has errors.
    """
    if not effective and any(option is not None for option in (weights, samples, seed)):
        raise click.UsageError("--weights-from, --samples and --seed are for --effective.")
    if output is not None:
        _check_drawing(output)
    graph = sound_graph(ctx, checked)
    if layer is not None:
        _named(graph, layer)
    if effective:
        picture = _effective(graph, layer, form, weights, samples, seed or 0)
    else:
        picture = _theoretical(graph, layer, form)
    if output is not None:
        write_whole(output, picture())


def _theoretical(graph: "Graph", layer: str | None, form: str) -> "Callable[[], bytes]":
    """Show the theoretical fields, and return the function that draws them."""
    from archc.measure.field_picture import draw_fields

    rows = _rows(graph, layer)
    _show(rows, form)
    if all(row.extents is None for row in rows):
        return _nothing
    height, width = graph.input.shape[1:]
    return partial(draw_fields, rows, (height, width))


def _nothing() -> bytes:
    raise click.ClickException("the receptive field is the whole input: there is nothing to draw")


def _rows(graph: "Graph", layer: str | None) -> "list[Seen]":
    from archc.analyses.budget import TooLargeError
    from archc.analyses.extent import extents
    from archc.report.field_table import Seen

    shown = {node.path: node for node in graph.nodes} if layer is None else _named(graph, layer)
    try:
        fields = extents(graph)
    except TooLargeError as error:
        raise click.ClickException(str(error)) from error
    return [Seen(path, fields[node]) for path, node in shown.items()]


def _show(rows: "list[Seen]", form: str) -> None:
    from archc.report.field_table import field_json, field_table

    if form == "json":
        show_json(field_json(rows))
    else:
        click.echo(field_table(rows), nl=False)


def _effective(
    graph: "Graph",
    layer: str | None,
    form: str,
    weights: Path | None,
    samples: int | None,
    seed: int,
) -> "Callable[[], bytes]":
    """Show the effective field of the centre, and return the function that draws it."""
    from archc.analyses.budget import TooLargeError
    from archc.measure.effective_field import NoMapError, effective_field
    from archc.measure.field_picture import draw_effective
    from archc.render.display import printable
    from archc.report.field_table import effective_json, effective_text
    from archc.weights.errors import CheckpointError

    try:
        field = effective_field(
            graph, layer, samples=samples, seed=seed, weights=weights, progress=_progress
        )
    except (NoMapError, CheckpointError, TooLargeError) as error:
        raise click.ClickException(printable(str(error))) from error
    if form == "json":
        show_json(effective_json(field))
    else:
        click.echo(effective_text(field), nl=False)
    return partial(draw_effective, field)


def _progress(done: int, samples: int) -> None:
    if sys.stderr.isatty():
        end = "\r" + " " * 40 + "\r" if done == samples else ""
        click.echo(f"\rmeasuring: {done:,} of {samples:,} draws{end}", nl=False, err=True)


def _check_drawing(output: Path) -> None:
    """Check what the picture requires before anything is measured."""
    from importlib.util import find_spec

    if output.suffix.lower() != ".png":
        raise click.UsageError(f"the picture must be a .png, not {output.name!r}.")
    if find_spec("matplotlib") is None:
        from archc.extras import how_to_install

        missing = "a picture requires matplotlib, which is not installed"
        raise click.ClickException(f"{missing}: {how_to_install('matplotlib')}")


def _named(graph: "Graph", path: str) -> "dict[str, Node]":
    """Return the node of a layer, or the exit of a block, by its path.

    Raises:
        click.BadParameter: there is neither.
    """
    known = {scope.path: scope.exit for scope in graph.root.scopes()}
    known |= {node.path: node for node in graph.nodes}
    if path in known:
        return {path: known[path]}
    from archc.problems.base import did_you_mean
    from archc.render.display import printable

    advice = did_you_mean(path, list(known)) or "`archc rf SPEC` lists all layers."
    raise click.BadParameter(printable(f"there is no `{path}`; {advice}"), param_hint="LAYER")
