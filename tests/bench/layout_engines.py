"""archc's layout beside those of Graphviz, ELK and dagre, on the pictures of the shipped specs.

    python tests/bench/layout_engines.py [--modules FOLDER] [--rounds N]

Each engine gets the same boxes with the same sizes, the same frames and the same links, and as
much room between them. ELK and dagre are looked for by node in FOLDER (`npm install elkjs
@dagrejs/dagre` there), `dot` on the path; what is missing is said to be.

- size: width × height of the drawing, without its head
- drift: how far boxes that every way through the network passes stand apart sideways
- crossed: pairs of links that cross
- through: boxes that a link runs through
- time: of one layout, the best of N rounds; a process's start included where `dot` is one
"""

import argparse
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from archc.picture.boxes import ENTRY, Diagram, diagram
from archc.picture.layout import Layout, layout
from archc.picture.measures import frame_width
from archc.picture.svg import fitting_depth
from archc.pipeline import check

SPECS = Path(__file__).parents[2] / "specs"
PICTURES = (
    ("lenet5", None),
    ("vgg16", None),
    ("resnet18", None),
    ("googlenet", None),
    ("googlenet", 2),
    ("resnet152", None),
    ("resnet152", 4),
)
"""Specs, and how deep blocks are open; None: as deep as fits a page."""

ACROSS, DOWN = 22, 24  # the room that archc leaves between boxes
INPUT = "input"

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]


@dataclass
class Network:
    """The closed boxes of a picture with their sizes, the frame of each, and what they read."""

    sizes: dict[str, Point] = field(default_factory=lambda: {INPUT: (130.0, 26.0)})
    frames: dict[str, float] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    exit: str = INPUT


@dataclass
class Drawn:
    """Where an engine put boxes and links, y downwards, and how long that took."""

    boxes: dict[str, Rectangle]
    links: list[list[Point]]
    size: Point
    seconds: float


def network(drawn: Diagram, placed: Layout) -> Network:
    """Return a diagram without its hierarchy of links: each goes from closed box to closed box."""
    found = Network()
    found.exit = _add(found, drawn, placed, INPUT, "")
    return found


def _add(found: Network, drawn: Diagram, placed: Layout, entry: str, parent: str) -> str:
    names = [f"{parent}/{i}" for i in range(len(drawn.boxes))]
    ends: dict[int, str] = {ENTRY: entry}
    for i, (box, at) in enumerate(zip(drawn.boxes, placed.boxes, strict=True)):
        reads = [ends[link.source] for link in drawn.links if link.target == i]
        if parent:
            found.parents[names[i]] = parent
        if box.inner is None or at.inner is None:
            found.sizes[names[i]] = (at.width, at.height)
            found.links += [(read, names[i]) for read in reads]
            ends[i] = names[i]
        else:
            found.frames[names[i]] = frame_width(box)
            ends[i] = _add(found, box.inner, at.inner, reads[0], names[i])
    return ends[drawn.exit]


# Engines


def by_archc(drawn: Diagram, _: Network, rounds: int) -> Drawn:
    placed, seconds = _timed(lambda: layout(drawn), rounds)
    boxes: dict[str, Rectangle] = {INPUT: (-65.0, -26.0, 65.0, 0.0)}
    links: list[list[Point]] = []
    _absolute(placed, 0.0, 0.0, "", boxes, links)
    return Drawn(boxes, links, (placed.left + placed.right, placed.height + 26), seconds)


def _absolute(
    placed: Layout,
    x: float,
    y: float,
    parent: str,
    boxes: dict[str, Rectangle],
    links: list[list[Point]],
) -> None:
    for route in placed.routes:
        links.append([(x + px, y + py) for px, py in route.points])
    for i, at in enumerate(placed.boxes):
        if at.inner is None:
            left, top = x + at.x, y + at.y
            boxes[f"{parent}/{i}"] = (left, top, left + at.width, top + at.height)
        else:
            _absolute(at.inner, x + at.trunk, y + at.y, f"{parent}/{i}", boxes, links)


def by_dot(_: Diagram, given: Network, rounds: int, pinned: bool = False) -> Drawn:
    trunk = set(always_passed(given)) if pinned else set()
    lines = [f"graph [nodesep={ACROSS / 72}, ranksep={DOWN / 72}]", "node [shape=box]"]
    lines += _dot_frame(given, "", trunk)
    for source, target in given.links:
        weight = 100 if {source, target} <= trunk else 1
        lines.append(f'"{source}" -> "{target}" [weight={weight}, headclip=true]')
    text = "digraph {\n" + "\n".join(lines) + "\n}"
    told, seconds = _timed(lambda: _dot(text), rounds)
    found = json.loads(told)
    boxes = {}
    for one in found["objects"]:
        if one["name"] in given.sizes:
            (x, y), (width, height) = _point(one["pos"]), given.sizes[one["name"]]
            boxes[one["name"]] = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    links = [list(_spline(edge["pos"])) for edge in found["edges"]]
    left, bottom, right, top = map(float, found["bb"].split(","))
    return Drawn(boxes, links, (right - left, top - bottom), seconds)


def _dot(text: str) -> str:
    command = ["dot", "-Tjson"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def _dot_frame(given: Network, parent: str, trunk: set[str]) -> Iterator[str]:
    for name, (width, height) in given.sizes.items():
        if given.parents.get(name, "") == parent:
            size = f"width={width / 72}, height={height / 72}, fixedsize=true"
            group = ", group=trunk" if name in trunk else ""
            yield f'"{name}" [label="", {size}{group}]'
    for name, width in given.frames.items():
        if given.parents.get(name, "") == parent:
            label = "x" * int(width / 7)  # in Times of 14 points, some 7 a letter
            yield f'subgraph "cluster{name}" {{ margin=10; label="{label}"'
            yield from _dot_frame(given, name, trunk)
            yield "}"


def _point(text: str) -> Point:
    x, y = map(float, text.split(","))
    return x, -y


def _spline(text: str) -> Iterator[Point]:
    """Yield points along Graphviz's cubic splines."""
    parts = text.split()
    end = _point(parts.pop(0)[2:]) if parts[0].startswith("e,") else None
    points = list(map(_point, parts))
    yield points[0]
    for at in range(0, len(points) - 1, 3):
        a, b, c, d = points[at : at + 4]
        for step in range(1, 9):
            t, u = step / 8, 1 - step / 8
            terms = list(zip((u**3, 3 * u * u * t, 3 * u * t * t, t**3), (a, b, c, d), strict=True))
            yield sum(k * p[0] for k, p in terms), sum(k * p[1] for k, p in terms)
    if end is not None:
        yield end


ELK = """
const ELK = require('elkjs/lib/elk.bundled.js'), elk = new ELK();
const given = JSON.parse(require('fs').readFileSync(0));
const room = {'elk.spacing.nodeNode': given.across,
  'elk.layered.spacing.nodeNodeBetweenLayers': given.down};
const inside = parent => [
  ...Object.entries(given.sizes).filter(([n]) => (given.parents[n] || '') === parent)
    .map(([id, [width, height]]) => ({id, width, height})),
  ...Object.entries(given.frames).filter(([n]) => (given.parents[n] || '') === parent)
    .map(([id, width]) => ({id, children: inside(id), layoutOptions: {
      ...room, 'elk.padding': '[top=42,left=10,bottom=12,right=10]',
      'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': `(${width}, 20)`}}))];
const graph = () => ({id: 'root', children: inside(''), layoutOptions: {
    'elk.algorithm': 'layered', 'elk.direction': 'DOWN',
    'elk.hierarchyHandling': 'INCLUDE_CHILDREN', 'elk.edgeRouting': 'ORTHOGONAL',
    'elk.layered.nodePlacement.favorStraightEdges': 'true',
    ...room, 'elk.json.shapeCoords': 'ROOT', 'elk.json.edgeCoords': 'ROOT'},
  edges: given.links.map(([s, t], i) => ({id: 'e' + i, sources: [s], targets: [t],
    layoutOptions: {'elk.layered.priority.straightness': given.trunk.includes(s) &&
      given.trunk.includes(t) ? 100 : 0}}))});
(async () => {
  let best = Infinity, done;
  for (let i = 0; i < given.rounds; i++) {
    const start = performance.now(); done = await elk.layout(graph());
    best = Math.min(best, performance.now() - start);
  }
  const boxes = {}, walk = node => (node.children || []).forEach(child => {
    if (child.id in given.sizes)
      boxes[child.id] = [child.x, child.y, child.x + child.width, child.y + child.height];
    walk(child); });
  walk(done);
  const links = done.edges.map(e => e.sections.flatMap(
    s => [s.startPoint, ...(s.bendPoints || []), s.endPoint].map(p => [p.x, p.y])));
  console.log(JSON.stringify({boxes, links, size: [done.width, done.height],
    seconds: best / 1000}));
})();
"""

DAGRE = """
const dagre = require('@dagrejs/dagre');
const given = JSON.parse(require('fs').readFileSync(0));
let best = Infinity, graph;
for (let i = 0; i < given.rounds; i++) {
  graph = new dagre.graphlib.Graph({compound: true});
  graph.setGraph({nodesep: given.across, ranksep: given.down});
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [id, [width, height]] of Object.entries(given.sizes))
    graph.setNode(id, {width, height});
  for (const id of Object.keys(given.frames)) graph.setNode(id, {});
  for (const [id, parent] of Object.entries(given.parents)) graph.setParent(id, parent);
  for (const [s, t] of given.links) graph.setEdge(s, t, {weight: given.trunk.includes(s) &&
    given.trunk.includes(t) ? 100 : 1});
  const start = performance.now(); dagre.layout(graph);
  best = Math.min(best, performance.now() - start);
}
const boxes = {};
for (const id of Object.keys(given.sizes)) {
  const {x, y, width, height} = graph.node(id);
  boxes[id] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}
const links = graph.edges().map(e => graph.edge(e).points.map(p => [p.x, p.y]));
console.log(JSON.stringify({boxes, links, size: [graph.graph().width, graph.graph().height],
  seconds: best / 1000}));
"""


def by_node(script: str, modules: Path) -> Callable[[Diagram, Network, int], Drawn]:
    def run(_: Diagram, given: Network, rounds: int) -> Drawn:
        told = {**vars(given), "trunk": always_passed(given), "rounds": rounds}
        done = subprocess.run(
            ["node", "-e", script],
            input=json.dumps({**told, "across": ACROSS, "down": DOWN}),
            env={**os.environ, "NODE_PATH": str(modules / "node_modules")},
            capture_output=True,
            text=True,
            check=True,
        )
        return Drawn(**json.loads(done.stdout))

    return run


def engines(modules: Path) -> dict[str, Callable[[Diagram, Network, int], Drawn] | None]:
    """Return every engine that is compared, None where it is missing."""
    dot = shutil.which("dot") is not None
    node = shutil.which("node") is not None
    has = {name: node and (modules / "node_modules" / name).exists() for name in NODE}
    return {
        "archc": by_archc,
        "dot": by_dot if dot else None,
        "dot, trunk weighted": (lambda *a: by_dot(*a, pinned=True)) if dot else None,
        **{name: by_node(NODE[name], modules) if has[name] else None for name in NODE},
    }


NODE = {"elkjs": ELK, "@dagrejs/dagre": DAGRE}


def _timed(run: Callable[[], Any], rounds: int) -> tuple[Any, float]:
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        result = run()
        best = min(best, time.perf_counter() - start)
    return result, best


# Measures


def always_passed(given: Network) -> list[str]:
    """Return the boxes that every way from the input to the exit passes."""
    into: dict[str, int] = {INPUT: 1}
    for name in given.sizes:  # in topological order
        if name != INPUT:
            into[name] = sum(into[s] for s, t in given.links if t == name)
    out = dict.fromkeys(given.sizes, 0) | {given.exit: 1}
    for name in reversed(list(given.sizes)):
        if name != given.exit:
            out[name] = sum(out[t] for s, t in given.links if s == name)
    return [name for name in given.sizes if into[name] * out[name] == out[INPUT]]


def drift(found: Drawn, trunk: list[str]) -> float:
    middles = [(found.boxes[name][0] + found.boxes[name][2]) / 2 for name in trunk]
    return max(middles) - min(middles)


def crossed(links: list[list[Point]]) -> int:
    return sum(
        any(_cross(*one, *other) for one in pairwise(a) for other in pairwise(b))
        for a, b in combinations(links, 2)
    )


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two lines cross within both; those that only touch do not."""
    sides = [_side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)]
    return sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0


def _side(a: Point, b: Point, c: Point) -> int:
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 1e-3) - (area < -1e-3)


def through(found: Drawn) -> int:
    """Count the pairs of a link and a box that some of its length, beyond a unit, lies in."""
    return sum(
        any(_inside(line, box) for line in pairwise(link))
        for link in found.links
        for box in found.boxes.values()
    )


def _inside(line: tuple[Point, Point], box: Rectangle) -> bool:
    (x, y), (to_x, to_y) = line
    left, top, right, bottom = box[0] + 1.5, box[1] + 1.5, box[2] - 1.5, box[3] - 1.5
    points = ((x + (to_x - x) * t / 50, y + (to_y - y) * t / 50) for t in range(51))
    return any(left < px < right and top < py < bottom for px, py in points)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--modules", type=Path, default=Path.cwd())
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print("| picture | engine | size | drift | crossed | through | time |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    compared = engines(given.modules)
    for name, depth in PICTURES:
        graph = check(str(SPECS / f"{name}.yaml")).sound
        assert graph is not None
        drawn = diagram(graph, depth or fitting_depth(graph))
        wanted = network(drawn, layout(drawn))
        trunk = always_passed(wanted)
        name = f"{name}, depth {depth}" if depth else name
        for engine, run in compared.items():
            if run is None:
                continue
            found = run(drawn, wanted, given.rounds)
            width, height = found.size
            print(
                f"| {name} | {engine} | {width:.0f}×{height:.0f} | {drift(found, trunk):.0f} "
                f"| {crossed(found.links)} | {through(found)} | {found.seconds * 1000:.1f} ms |"
            )
    for engine in (engine for engine, run in compared.items() if run is None):
        print(f"{engine} is not installed")


if __name__ == "__main__":
    main()
