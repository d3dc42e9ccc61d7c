"""A network as Mermaid's flowchart text, for pages that draw it themselves.

Source of the syntax: https://mermaid.js.org/syntax/flowchart.html.
"""

from collections.abc import Iterator

from archc.graph.graph import Graph
from archc.picture.boxes import ENTRY, Box, Diagram, diagram
from archc.picture.measures import heading
from archc.picture.svg import fitting_depth
from archc.problems.shapes import shape_text
from archc.render.display import printable

_INDENT = "  "


def mermaid(graph: Graph, *, depth: int | None = None) -> str:
    """Return the picture of a sound graph; `depth` is that of `archc.picture.svg.svg`."""
    drawn = diagram(graph, depth or fitting_depth(graph))
    shape = shape_text(graph.input.shape)
    lines = ["flowchart TD", f'{_INDENT}b(["input {shape}"])']
    lines += _boxes(drawn, "b", _INDENT)
    lines += _links(drawn, "b", "b")
    return "\n".join(lines) + "\n"


def _boxes(drawn: Diagram, prefix: str, indent: str) -> Iterator[str]:
    for i, box in enumerate(drawn.boxes):
        if box.inner is None:
            left, right = ('(["', '"])') if box.join else ('["', '"]')
            yield f"{indent}{prefix}_{i}{left}{_label(box)}{right}"
            continue
        yield f'{indent}subgraph {prefix}_{i}["{_label(box)}"]'
        yield from _boxes(box.inner, f"{prefix}_{i}", indent + _INDENT)
        yield f"{indent}end"


def _links(drawn: Diagram, entry: str, prefix: str) -> Iterator[str]:
    """Yield links below all boxes: in a subgraph, one would draw what it names into it."""
    sources = {link.target: link.source for link in reversed(drawn.links)}
    for i, box in enumerate(drawn.boxes):
        if box.inner is not None:
            source = _end(drawn, sources[i], entry, prefix)
            yield from _links(box.inner, source, f"{prefix}_{i}")
    for link in drawn.links:
        if drawn.boxes[link.target].inner is None:
            begin = _end(drawn, link.source, entry, prefix)
            text = shape_text(drawn.boxes[link.source].shape) if link.changes else ""
            arrow = f'-->|"{text}"|' if text else "-->"
            yield f"{_INDENT}{begin} {arrow} {prefix}_{link.target}"


def _end(drawn: Diagram, box: int, entry: str, prefix: str) -> str:
    """Return the identifier of the innermost box that gives what `box` does."""
    while box != ENTRY:
        inner = drawn.boxes[box].inner
        name = f"{prefix}_{box}"
        if inner is None:
            return name
        if found := _end(inner, inner.exit, "", name):
            return found
        box = _source(drawn, box)  # what holds nothing but its input
    return entry


def _source(drawn: Diagram, box: int) -> int:
    return next(link.source for link in drawn.links if link.target == box)


def _label(box: Box) -> str:
    return _safe(" ".join(filter(None, heading(box))))


def _safe(text: str) -> str:
    """Write all but letters, digits and harmless signs as the entity codes that Mermaid has."""
    return "".join(
        c if c.isalnum() or c in " ,.·×–_/+→" else f"#{ord(c)};" for c in printable(text)
    )
