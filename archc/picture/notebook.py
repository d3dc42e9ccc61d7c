"""A network as a notebook shows it: what was remarked on it, its picture, its table.

The picture is an image that carries its own data, so that a notebook shows it whether or not it
is trusted, and no style or name of it meets those of the page.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape

from archc.analyses.summary import Row, Summary
from archc.diagnostics import Diagnostic
from archc.graph.graph import Graph
from archc.picture.boxes import diagram, levels
from archc.picture.labels import field_text
from archc.picture.svg import drawing, fitting_depth
from archc.problems.shapes import shape_text
from archc.render.display import printable
from archc.render.text import as_text

_TALLEST = 10_000
"""Units of the tallest picture that is shown, some 160 boxes below each other."""

_MOST_ROWS = 250
_COLUMNS = ("layer", "", "output", "parameters", "MACs", "receptive field")


def notebook(graph: Graph, summary: Summary, remarks: Sequence[Diagnostic] = ()) -> str:
    """Return a sound graph as HTML, its blocks open as far as fits a portrait page.

    Args:
        graph: the network.
        summary: of the network.
        remarks: what is shown above, such as its warnings.
    """
    depth = fitting_depth(graph, diagram(graph, levels(graph), summary))
    parts = [*_remarks(remarks), _picture(graph, summary, depth), *_table(summary, depth)]
    return "<div>\n" + "\n".join(parts) + "\n</div>\n"


def _remarks(remarks: Sequence[Diagnostic]) -> Iterator[str]:
    if remarks:
        yield f"<pre>{escape(as_text(remarks))}</pre>"


def _picture(graph: Graph, summary: Summary, depth: int) -> str:
    drawn = drawing(graph, depth=depth, summary=summary)
    name = _safe(graph.name or "network")
    if drawn.height > _TALLEST:
        return f"<p>{name}: too tall to be shown here; archc graph draws it.</p>"
    data = b64encode(drawn.svg.encode()).decode()
    size = f'width="{drawn.width:.0f}" style="max-width: 100%; height: auto"'
    return f'<img alt="{name}" {size} src="data:image/svg+xml;base64,{data}" />'


def _table(summary: Summary, depth: int) -> Iterator[str]:
    rows = list(_rows(summary.rows, depth, 0))
    costs = f"{summary.totals.params:,} parameters, {summary.totals.macs:,} MACs"
    yield f"<details><summary>{costs}</summary>"
    yield "<table><thead>"
    yield "<tr>" + "".join(f"<th>{column}</th>" for column in _COLUMNS) + "</tr></thead><tbody>"
    yield from rows[:_MOST_ROWS]
    yield "</tbody></table>"
    if len(rows) > _MOST_ROWS:
        yield f"<p>{len(rows) - _MOST_ROWS:,} more rows: summary() has them.</p>"
    yield "</details>"


def _rows(rows: Sequence[Row], depth: int, indent: int) -> Iterator[str]:
    """Yield a line for each row, and for what is in it down to `depth`."""
    for row in rows:
        numbers = (f"{row.params:,}" if row.params else "", f"{row.macs:,}" if row.macs else "")
        cells = (shape_text(row.output_shape), *numbers, field_text(row.receptive_field))
        title = f'title="{_safe(row.path)}" style="text-align: left; padding-left: {indent + 1}em"'
        label = f'<td style="text-align: left">{_safe(row.label)}</td>'
        others = "".join(f"<td>{_safe(cell)}</td>" for cell in cells)
        yield f"<tr><th {title}>{_safe(row.name)}</th>{label}{others}</tr>"
        if row.rows and depth > 1:
            yield from _rows(row.rows, depth - 1, indent + 1)


def _safe(text: str) -> str:
    return escape(printable(text))
