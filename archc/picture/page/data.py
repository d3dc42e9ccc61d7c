"""The data of a page: the diagram with all open, each box measured, and the rows of the summary."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from pathlib import PurePath
from typing import Any

from archc.analyses.summary import Row, Summary, summarise
from archc.graph.graph import Graph, Node, Scope
from archc.picture.boxes import Box, Diagram, diagram, levels
from archc.picture.lanes import Lane, structure
from archc.picture.measures import caption, closed_size, frame_width, heading
from archc.picture.svg import WEIGHTS, fitting_depth
from archc.problems.base import abridged
from archc.problems.shapes import shape_text
from archc.render.display import printable

Data = dict[str, Any]


def data(graph: Graph, depth: int | None, weights: str) -> Data:
    """Return the data of a page, plain enough for JSON; `archc.picture.page.page` says of what."""
    summary = summarise(graph)
    diagrams = _Diagrams()
    whole = diagram(graph, levels(graph), summary)
    drawn = diagrams.of(whole)
    return {
        "name": printable(graph.name or "network"),
        "source": printable(PurePath(graph.spec.source.name).name),
        "input": shape_text(summary.input),
        "totals": {**summary.totals._asdict(), **summary.memory._asdict()},
        "weights": {weight: _weight(weight) for weight in WEIGHTS},
        "weight": weights,
        "depth": depth or fitting_depth(graph, whole),
        "diagram": drawn,
        "rows": _Rows(diagrams.box_of, dict(_inputs(graph.root))).of(summary),
    }


class _Diagrams:
    """Makes the data of diagrams; boxes are numbered, outer ones first."""

    def __init__(self) -> None:
        self.box_of: dict[str, int] = {}
        self._numbers = count()

    def of(self, drawn: Diagram) -> Data:
        found = structure(drawn)
        links = []
        for link in drawn.links:
            text = shape_text(drawn.boxes[link.source].shape) if link.changes else ""
            skip = found.skips.get(link)
            line = {"source": link.source, "target": link.target, "text": text}
            links.append({**line, "skip": _lane(skip)} if skip else line)
        return {
            "boxes": [self._box(box) for box in drawn.boxes],
            "links": links,
            "exit": drawn.exit,
            "rows": found.rows,
            "lanes": [_lane(lane) for lane in found.lanes],
            "laneOf": found.lane_of,
        }

    def _box(self, box: Box) -> Data:
        number = next(self._numbers)
        self.box_of |= dict.fromkeys(box.paths, number)
        title, label, suffix = map(printable, heading(box))
        width, height = closed_size(box)
        facts = {
            "number": number,
            "path": box.path,
            "title": title,
            "label": label,
            "suffix": suffix,
            "caption": "" if box.join else caption(box),
            "shape": shape_text(box.shape),
            "field": box.field,
            "weights": {weight: getattr(box, weight) for weight in WEIGHTS},
            "count": box.count,
            "join": box.join,
            "auxiliary": box.auxiliary,
            "width": width,
            "height": height,
        }
        if box.inner is None:
            return facts
        return {**facts, "frameWidth": frame_width(box), "inner": self.of(box.inner)}


def _lane(lane: Lane) -> Data:
    return asdict(lane)


class _Rows:
    """Makes the data of the summary's rows, each with the number of its box."""

    def __init__(self, box_of: dict[str, int], inputs: dict[str, str]) -> None:
        self._box_of = box_of
        self._inputs = inputs

    def of(self, holder: Summary | Row) -> list[Data]:
        return [self._row(row) for row in holder.rows or ()]

    def _row(self, row: Row) -> Data:
        facts = {
            "name": printable(row.name),
            "path": row.path,
            "label": printable(row.label),
            "input": self._inputs[row.path],
            "shape": shape_text(row.output_shape),
            "params": row.params,
            "macs": row.macs,
            "field": _pair(row.receptive_field),
            "stride": _pair(row.jump),
            "line": row.line,
            "auxiliary": row.auxiliary,
            "box": self._box_of.get(row.path),
        }
        return facts if row.rows is None else {**facts, "rows": self.of(row)}


def _inputs(scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield, by path, the shapes that every layer and scope reads."""
    for child in scope.children:
        if isinstance(child, Node):
            yield child.path, ", ".join(abridged(child.reads, lambda read: shape_text(read.shape)))
        else:
            yield child.path, shape_text(child.entry.shape)
            yield from _inputs(child)


def _weight(weight: str) -> Data:
    return {"name": WEIGHTS[weight], "unit": "B" if weight == "memory" else ""}


def _pair(pair: tuple[object, object] | None) -> str:
    """Return numbers along both axes as text, one if they are equal, none where all is seen."""
    if pair is None:
        return ""
    height, width = pair
    return str(height) if height == width else f"{height}×{width}"
