/* A layout as SVG elements. All text is set as text: no name from a spec is ever parsed. */

const RADIUS = 7, TITLE_SIZE = 13, SMALL_SIZE = 10.5;
const INPUT_HEIGHT = 26;

function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Return the elements of a layout, as far as they lie between two heights.
    `heat` gives a closed box's share of the darkest colour. */
function drawing(drawn, heat, { top = -Infinity, bottom = Infinity } = {}, level = 1) {
  const near = (from, to) => to >= top && from <= bottom;
  const routes = drawn.routes.filter(({ points }) => near(points[0][1], points.at(-1)[1]));
  const links = routes.map(linkElement);
  const boxes = drawn.boxes.filter(({ y, height }) => near(y, y + height)).map((placed) =>
    boxElement(placed, heat, { top: top - placed.y, bottom: bottom - placed.y }, level));
  return [...boxes, ...links, ...shapes(routes)];
}

/** Return the shapes beside the beginnings of links, left of one that another leaves right. */
function shapes(routes) {
  const beginnings = new Map(); // once, however many read it
  for (const { points, text } of routes) if (text) beginnings.set(String(points[0]), [points[0], text]);
  const right = routes.filter(({ points }) => greatest(points.map(([x]) => x)) > points[0][0]);
  const leaving = new Set(right.map(({ points }) => String(points[0])));
  return [...beginnings].map(([key, [[x, y], text]]) => {
    const [beside, anchor] = leaving.has(key) ? [x - 6, "end"] : [x + 6, "start"];
    return line(beside, y + 12, SMALL_SIZE, anchor, [["quiet", text]]);
  });
}

function boxElement(placed, heat, part, level) {
  const { box, inner } = placed;
  const kind = [inner ? "frame" : "closed", box.join && "join", box.auxiliary && "aside", box.inner && "opens"];
  const made = svg("g", {
    class: kind.filter(Boolean).join(" ") + " box",
    role: "treeitem",
    tabindex: -1,
    "data-box": box.number,
    "aria-level": level,
    "aria-label": [box.title, box.label, box.suffix, "→", box.shape, box.caption].filter(Boolean).join(" "),
  });
  if (box.inner) made.setAttribute("aria-expanded", Boolean(inner));
  const { x, y, width, height } = placed;
  const border = svg("rect", { class: "border", x, y, width, height, rx: box.join ? height / 2 : RADIUS });
  made.append(border);
  if (box.inner) made.append(mark(x + (inner ? 5 : 4), y + 13, Boolean(inner)));
  if (!inner) {
    border.style.setProperty("--heat", heat(box));
    made.append(...closedTexts(placed));
    return made;
  }
  made.append(line(x + 15, y + 18, TITLE_SIZE, "start", [...spans(box), ["quiet small", ` ${box.caption}`]]));
  made.append(svg("rect", { class: "title", x, y, width, height: FRAME_TITLE }));
  const group = { role: "group", transform: `translate(${placed.trunk} ${y})` };
  made.append(svg("g", group, ...drawing(inner, heat, part, level + 1)));
  return made;
}

function closedTexts({ box, x, y, width, height }) {
  const center = x + width / 2;
  const first = line(center, y + (box.caption ? 17 : height / 2 + 4.5), TITLE_SIZE, "middle", spans(box));
  if (!box.caption) return [first];
  return [first, line(center, y + 31, SMALL_SIZE, "middle", [["quiet", box.caption]])];
}

function spans({ title, label, suffix }) {
  return [["name", title], ["", label], ["quiet", suffix]].filter(([, text]) => text);
}

function line(x, y, size, anchor, parts) {
  const made = svg("text", { x, y, "font-size": size, "text-anchor": anchor });
  for (const [kind, text] of parts) {
    if (made.hasChildNodes()) made.append(" ");
    made.append(svg("tspan", { class: kind }, text));
  }
  return made;
}

/** Return the small triangle of what can be opened: to the right, or down where it is open. */
function mark(x, y, isOpen) {
  return svg("path", { class: "mark", d: isOpen ? `M${x} ${y - 2}h7l-3.5 5z` : `M${x} ${y - 3.5}v7l5 -3.5z` });
}

function linkElement({ points, arrow, auxiliary }) {
  const made = svg("path", { class: auxiliary ? "link aside" : "link", d: rounded(points) });
  if (arrow) made.setAttribute("marker-end", "url(#tip)");
  return made;
}

/** Return a path with round corners. */
function rounded(points) {
  const kept = points.filter((point, i) => !i || String(point) !== String(points[i - 1]));
  const corners = kept.slice(1, -1).map((corner, i) =>
    `L${toward(corner, kept[i])}Q${corner.join(" ")} ${toward(corner, kept[i + 2])}`);
  return `M${kept[0].join(" ")}${corners.join("")}L${kept.at(-1).join(" ")}`;
}

function toward([x, y], other) {
  const distance = Math.abs(other[0] - x) + Math.abs(other[1] - y); // lines are upright or level
  const share = Math.min(RADIUS, distance / 2) / distance;
  return `${x + (other[0] - x) * share} ${y + (other[1] - y) * share}`;
}

function inputElement(text) {
  const half = text.length * TITLE_SIZE * 0.3 + 14;
  return svg("g", { class: "input" },
    svg("rect", { x: -half, y: -INPUT_HEIGHT, width: 2 * half, height: INPUT_HEIGHT, rx: INPUT_HEIGHT / 2 }),
    line(0, -8.5, TITLE_SIZE, "middle", [["", text]]));
}

/** Return what each closed box costs, by its number, summed over the blocks that it is drawn for. */
function heats(drawn, weight, times = 1, found = new Map()) {
  for (const { box, inner } of drawn.boxes) {
    if (inner) heats(inner, weight, times * box.count, found);
    else found.set(box.number, box.weights[weight] * times);
  }
  return found;
}

