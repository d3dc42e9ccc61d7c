"""A network as SVG: one self-contained text, legible on any background and in print."""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise

from archc.analyses.report import report
from archc.graph.graph import Graph
from archc.picture.boxes import Box, diagram, levels
from archc.picture.layout import (
    SMALL_SIZE,
    TITLE_SIZE,
    Layout,
    Placed,
    Point,
    Route,
    caption,
    heading,
    layout,
    short,
)
from archc.picture.text import width_of
from archc.problems.shapes import shape_text
from archc.render.display import printable

PAGE = (1200, 2200)
"""Width and height within which a drawing fits a portrait page with its text legible."""

WEIGHTS = {"params": "parameters", "macs": "MACs"}

_MARGIN = 24
_HEAD = 70
_RADIUS = 7.0
_COLD, _HOT = (250, 251, 253), (160, 198, 230)
_STYLE = """
text{font-family:"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;fill:#1b2733}
.name{font-weight:600}.quiet{fill:#46525e}
.box{stroke:#51606e;stroke-width:1}.frame{fill:#f4f6f8;stroke:#aab4be;stroke-width:1}
.link{fill:none;stroke:#51606e;stroke-width:1.2}.aside{stroke-dasharray:5 4}
""".strip()


def fitting_depth(graph: Graph) -> int:
    """Return how far scopes can be open on one portrait page; 1, if even that does not fit."""
    summary = report(graph)
    best = 1
    for depth in range(1, levels(graph) + 1):
        drawn = layout(diagram(graph, depth, summary))
        width, height = _extent(drawn)
        if width > PAGE[0] or height > PAGE[1]:
            break
        best = depth
    return best


def svg(graph: Graph, *, depth: int | None = None, weights: str = "params") -> str:
    """Return the picture of a sound graph.

    Args:
        graph: the network.
        depth: how deep scopes are open (1: none is); None opens what fits a portrait page.
        weights: what the colour tells, a key of `WEIGHTS`.
    """
    drawn = layout(diagram(graph, depth or fitting_depth(graph)))
    heats = dict(_heats(drawn, weights, 1))
    hottest = max(heats.values(), default=0)
    shares = {path: heat / (hottest or 1) for path, heat in heats.items()}
    width, height = _extent(drawn)
    trunk = _MARGIN + drawn.left
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'width="{_n(width)}" height="{_n(height)}" role="img">',
        f"<title>{_safe(graph.name or 'network')}</title>",
        f"<style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0.5 8 4 0 7.5z" fill="#51606e"/>'
        "</marker></defs>",
        f'<rect width="{_n(width)}" height="{_n(height)}" rx="10" fill="#ffffff"/>',
        *_head(graph, width, hottest, weights),
        f'<g transform="translate({_n(trunk)} {_HEAD + 26})">',
        *_input(graph),
        *_drawing(drawn, shares),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _extent(drawn: Layout) -> tuple[float, float]:
    width = max(drawn.left + drawn.right + 2 * _MARGIN, 460)
    return width, drawn.height + _HEAD + 26


def _head(graph: Graph, width: float, hottest: int, weights: str) -> Iterator[str]:
    """Yield the title, the totals and the legend of the colours."""
    totals = report(graph).totals
    yield _line(_MARGIN, 32, 17, [("name", graph.name or "network")])
    told = f"{short(totals.params)} parameters · {short(totals.macs)} MAC for one sample"
    yield _line(_MARGIN, 51, 11.5, [("quiet", told)])
    for step in range(6):
        share = step / 5
        x = width - _MARGIN - 6 * 14 + step * 14
        fill = f'fill="{_color(share)}" stroke="#aab4be" stroke-width="0.5"'
        yield f'<rect x="{_n(x)}" y="24" width="14" height="9" {fill}/>'
    ends = f"{WEIGHTS[weights]}: 0 to {short(hottest)}"
    yield _line(width - _MARGIN, 51, SMALL_SIZE, [("quiet", ends)], anchor="end")


def _input(graph: Graph) -> Iterator[str]:
    text = f"input {shape_text(graph.input.shape or ())}"
    half = width_of(text, TITLE_SIZE) / 2 + 10
    size = f'x="{_n(-half)}" y="-26" width="{_n(2 * half)}" height="26" rx="13"'
    yield f'<rect class="box" {size} fill="#ffffff"/>'
    yield _line(0, -8.5, TITLE_SIZE, [("", text)], anchor="middle")


def _heats(drawn: Layout, weights: str, times: int) -> Iterator[tuple[str, int]]:
    """Yield what each closed box costs, summed over the blocks that it is drawn for."""
    for placed in drawn.boxes:
        if placed.inner is not None:
            yield from _heats(placed.inner, weights, times * placed.box.count)
        else:
            yield placed.box.path, getattr(placed.box, weights) * times


def _drawing(drawn: Layout, shares: Mapping[str, float]) -> Iterator[str]:
    for placed in drawn.boxes:
        yield from _box(placed, shares)
    for route in drawn.routes:
        yield _link(route)
    shapes = {route.points[0]: route.text for route in drawn.routes if route.text}
    for (x, y), text in shapes.items():  # once, however many read it
        yield _line(x + 6, y + 12, SMALL_SIZE, [("quiet", text)])


def _box(placed: Placed, shares: Mapping[str, float]) -> Iterator[str]:
    box = placed.box
    x, y, width, height = map(_n, (placed.x, placed.y, placed.width, placed.height))
    radius = _n(placed.height / 2 if box.join else _RADIUS)
    size = f'x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"'
    aside = " aside" if box.auxiliary else ""
    yield f'<g data-path="{_safe(box.path)}">'
    yield f"<title>{_safe(_told(box))}</title>"
    if placed.inner is not None:
        yield f'<rect class="frame{aside}" {size}/>'
        below = caption(box)
        yield _line(
            placed.x + 10, placed.y + 18, TITLE_SIZE, [*_spans(box), ("small", f" {below}")]
        )
        yield f'<g transform="translate({_n(placed.trunk)} {y})">'
        yield from _drawing(placed.inner, shares)
        yield "</g>"
    else:
        yield f'<rect class="box{aside}" {size} fill="{_color(shares[box.path])}"/>'
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


def _told(box: Box) -> str:
    costs = f"{box.params:,} parameters, {box.macs:,} MACs"
    return f"{box.path}: {box.label} {box.suffix} → {shape_text(box.shape)}, {costs}"


def _link(route: Route) -> str:
    aside = " aside" if route.auxiliary else ""
    tip = ' marker-end="url(#tip)"' if route.arrow else ""
    return f'<path class="link{aside}" d="{_rounded(route.points)}"{tip}/>'


def _rounded(points: tuple[Point, ...]) -> str:
    """Return a path with round corners."""
    kept = [points[0], *(b for a, b in pairwise(points) if a != b)]
    path = f"M{_p(kept[0])}"
    for before, corner, after in zip(kept, kept[1:], kept[2:], strict=False):
        path += f"L{_p(_toward(corner, before))}Q{_p(corner)} {_p(_toward(corner, after))}"
    return f"{path}L{_p(kept[-1])}"


def _toward(corner: Point, other: Point) -> Point:
    distance = abs(other[0] - corner[0]) + abs(other[1] - corner[1])  # lines are upright or level
    share = min(_RADIUS, distance / 2) / distance
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def _line(
    x: float, y: float, size: float, spans: list[tuple[str, str]], anchor: str = "start"
) -> str:
    text = " ".join(_span(kind, told) for kind, told in spans)
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}">{text}</text>'


def _span(kind: str, text: str) -> str:
    if kind == "small":
        return f'<tspan class="quiet" font-size="{SMALL_SIZE}">{_safe(text)}</tspan>'
    return f'<tspan class="{kind}">{_safe(text)}</tspan>' if kind else _safe(text)


def _safe(text: str) -> str:
    return escape(printable(text))


def _color(share: float) -> str:
    mixed = (round(a + (b - a) * share**0.5) for a, b in zip(_COLD, _HOT, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
