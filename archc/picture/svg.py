"""A network as SVG: one self-contained text, legible on any background and in print."""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise
from typing import NamedTuple

from archc.analyses.summary import Summary, summarise
from archc.graph.graph import Graph
from archc.picture.boxes import Box, Diagram, diagram, levels, opened
from archc.picture.colours import STEPS, step, style
from archc.picture.layout import Layout, Placed, Route, layout
from archc.picture.measures import SMALL_SIZE, TITLE_SIZE, caption, heading
from archc.picture.paths import RADIUS, TIP, number, rounded, tip, toward
from archc.picture.text import width_of
from archc.problems.shapes import shape_text
from archc.render.display import printable
from archc.render.numbers import scaled

PAGE = (1200, 2200)
"""Width and height within which a drawing fits a portrait page with its text legible."""

WEIGHTS = {"params": "parameters", "macs": "MACs", "memory": "training memory"}
"""The numbers of a `Box` that its colour can show, and their names."""

_MARGIN = 24
_HEAD = 70
_NAME_SIZE, _TOTALS_SIZE = 17, 11.5
_STEP_WIDTH = 6
_SCOPE = "archc"
"""Its class: with it, and without any id, a drawing can stand in a page beside others."""


def fitting_depth(graph: Graph, whole: Diagram | None = None) -> int:
    """Return how far scopes can be open on one portrait page; 1, if even that does not fit.

    `whole` is the diagram with all open, where it is known.
    """
    if (deepest := levels(graph)) == 1:
        return 1
    whole = whole or diagram(graph, deepest)
    larger = (n for n in range(2, deepest + 1) if not _fits(layout(opened(whole, n))))
    return next(larger, deepest + 1) - 1


def _fits(drawn: Layout) -> bool:
    """Whether a drawing is legible on one portrait page."""
    width, height = drawn.left + drawn.right + 2 * _MARGIN, _height(drawn)
    return width <= PAGE[0] and height <= PAGE[1]


class Drawing(NamedTuple):
    """An SVG and its size."""

    svg: str
    width: float
    height: float


def svg(graph: Graph, *, depth: int | None = None, weights: str = "params") -> str:
    """Return the picture of a sound graph; see `drawing`."""
    return drawing(graph, depth=depth, weights=weights).svg


def drawing(
    graph: Graph,
    *,
    depth: int | None = None,
    weights: str = "params",
    summary: Summary | None = None,
) -> Drawing:
    """Return the picture of a sound graph, and how large it is.

    Args:
        graph: the network.
        depth: how deep scopes are open (1: none is); None opens what fits a portrait page.
        weights: the number that the colour shows, a key of `WEIGHTS`.
        summary: of the network, if it is known.
    """
    summary = summary or summarise(graph)
    whole = diagram(graph, levels(graph), summary)
    drawn = layout(opened(whole, depth or fitting_depth(graph, whole)))
    heats = dict(_heats(drawn, weights, 1))
    hottest = max(heats.values(), default=0)
    steps = {path: step(heat / (hottest or 1)) for path, heat in heats.items()}
    head = _head(summary, weights, hottest)
    entry = f"input {shape_text(summary.input)}"
    half = width_of(entry, TITLE_SIZE) / 2 + 10
    left, right = max(drawn.left, half), max(drawn.right, half)
    width, height = max(left + right, head.width) + 2 * _MARGIN, _height(drawn)
    trunk = (width - left - right) / 2 + left
    size = f'width="{number(width)}" height="{number(height)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{_SCOPE}" '
        f'viewBox="0 0 {number(width)} {number(height)}" {size} role="img">',
        f"<title>{_safe(graph.name or 'network')}</title>",
        f"<style>\n{style(_SCOPE)}</style>",
        f'<rect class="page" {size} rx="10"/>',
        *head.drawn(width),
        f'<g transform="translate({number(trunk)} {_HEAD + 26})">',
        *_input(entry, half),
        *_drawing(drawn, steps),
        "</g>",
        "</svg>",
    ]
    return Drawing("\n".join(parts) + "\n", width, height)


def _height(drawn: Layout) -> float:
    return drawn.height + _HEAD + 26


class _Head(NamedTuple):
    """The lines above a drawing: the network's name and totals, the legend of the colours."""

    name: str
    totals: str
    legend: str

    @property
    def width(self) -> float:
        below = width_of(self.totals, _TOTALS_SIZE) + width_of(self.legend, SMALL_SIZE) + _MARGIN
        above = width_of(self.name, _NAME_SIZE, bold=True) + _MARGIN + (STEPS + 1) * _STEP_WIDTH
        return max(below, above)

    def drawn(self, width: float) -> Iterator[str]:
        yield _line(_MARGIN, 32, _NAME_SIZE, [("name", self.name)])
        yield _line(_MARGIN, 51, _TOTALS_SIZE, [("quiet", self.totals)])
        right = width - _MARGIN
        for at in range(STEPS + 1):
            x = number(right - (STEPS + 1 - at) * _STEP_WIDTH)
            yield f'<rect class="h{at}" x="{x}" y="24" width="{_STEP_WIDTH}" height="9"/>'
        around = f'x="{number(right - (STEPS + 1) * _STEP_WIDTH)}" y="24" height="9"'
        yield f'<rect class="edge" {around} width="{(STEPS + 1) * _STEP_WIDTH}"/>'
        yield _line(right, 51, SMALL_SIZE, [("quiet", self.legend)], anchor="end")


def _head(summary: Summary, weights: str, hottest: int) -> _Head:
    totals = summary.totals
    ends = scaled(hottest, "B" if weights == "memory" else "")
    return _Head(
        summary.name or "network",
        f"{scaled(totals.params)} parameters · {scaled(totals.macs)} MAC for one sample",
        f"{WEIGHTS[weights]}: 0 to {ends}",
    )


def _input(text: str, half: float) -> Iterator[str]:
    size = f'x="{number(-half)}" y="-26" width="{number(2 * half)}" height="26" rx="13"'
    yield f'<rect class="box h0" {size}/>'
    yield _line(0, -8.5, TITLE_SIZE, [("", text)], anchor="middle")


def _heats(drawn: Layout, weights: str, times: int) -> Iterator[tuple[str, int]]:
    """Yield what each closed box costs, summed over the blocks that it is drawn for."""
    for placed in drawn.boxes:
        if placed.inner is not None:
            yield from _heats(placed.inner, weights, times * placed.box.count)
        else:
            yield placed.box.path, getattr(placed.box, weights) * times


def _drawing(drawn: Layout, steps: Mapping[str, int]) -> Iterator[str]:
    for placed in drawn.boxes:
        yield from _box(placed, steps)
    for route in drawn.routes:
        yield from _link(route)
    yield from _shapes(drawn.routes)


def _shapes(routes: tuple[Route, ...]) -> Iterator[str]:
    """Yield the shapes beside the beginnings of links, left of one that another leaves right."""
    shapes = {route.points[0]: route.text for route in routes if route.text}
    leaving = {one.points[0] for one in routes if max(one.points)[0] > one.points[0][0]}
    for (x, y), text in shapes.items():  # once, however many read it
        beside, anchor = (x - 6, "end") if (x, y) in leaving else (x + 6, "start")
        yield _line(beside, y + 12, SMALL_SIZE, [("quiet", text)], anchor)


def _box(placed: Placed, steps: Mapping[str, int]) -> Iterator[str]:
    box = placed.box
    x, y, width, height = map(number, (placed.x, placed.y, placed.width, placed.height))
    radius = number(placed.height / 2 if box.join else RADIUS)
    size = f'x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"'
    aside = " aside" if box.auxiliary else ""
    yield f'<g data-path="{_safe(box.path)}">'
    yield f"<title>{_safe(_hint(box))}</title>"
    if placed.inner is not None:
        yield f'<rect class="frame{aside}" {size}/>'
        below = caption(box)
        yield _line(
            placed.x + 10, placed.y + 18, TITLE_SIZE, [*_spans(box), ("small", f" {below}")]
        )
        yield f'<g transform="translate({number(placed.trunk)} {y})">'
        yield from _drawing(placed.inner, steps)
        yield "</g>"
    else:
        yield f'<rect class="box{aside} h{steps[box.path]}" {size}/>'
        below = "" if box.join else caption(box)
        middle = placed.y + (17 if below else placed.height / 2 + 4.5)
        center = placed.x + placed.width / 2
        yield _line(center, middle, TITLE_SIZE, _spans(box), anchor="middle")
        if below:
            yield _line(center, placed.y + 31, SMALL_SIZE, [("quiet", below)], anchor="middle")
    yield "</g>"


def _spans(box: Box) -> list[tuple[str, str]]:
    title, label, suffix = heading(box)
    return [pair for pair in (("name", title), ("", label), ("quiet", suffix)) if pair[1]]


def _hint(box: Box) -> str:
    costs = f"{box.params:,} parameters, {box.macs:,} MACs, {scaled(box.memory, 'B')} in training"
    return f"{box.path}: {box.label} {box.suffix} → {shape_text(box.shape)}, {costs}"


def _link(route: Route) -> Iterator[str]:
    aside = " aside" if route.auxiliary else ""
    kept = [route.points[0], *(b for a, b in pairwise(route.points) if a != b)]
    if route.arrow:
        yield f'<path class="tip" d="{tip(kept[-2], kept[-1])}"/>'
        kept[-1] = toward(kept[-1], kept[-2], TIP / 2)
    yield f'<path class="link{aside}" d="{rounded(kept)}"/>'


def _line(
    x: float, y: float, size: float, spans: list[tuple[str, str]], anchor: str = "start"
) -> str:
    text = " ".join(_span(kind, part) for kind, part in spans)
    place = f'x="{number(x)}" y="{number(y)}" font-size="{size}" text-anchor="{anchor}"'
    return f"<text {place}>{text}</text>"


def _span(kind: str, text: str) -> str:
    if kind == "small":
        return f'<tspan class="quiet" font-size="{SMALL_SIZE}">{_safe(text)}</tspan>'
    return f'<tspan class="{kind}">{_safe(text)}</tspan>' if kind else _safe(text)


def _safe(text: str) -> str:
    return escape(printable(text))
