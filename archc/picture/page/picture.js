/* The picture: which blocks are open, where everything is, and what of it is painted. */

const picture = byId("picture"), content = byId("content");
const view = new View(picture, content, paintAgain);

const isOpen = (box) => open.has(box);
const elementOf = (box) => content.querySelector(`[data-box="${box.number}"]`);

const ALL_AT_ONCE = 400; // boxes; of more, only those near what is seen are painted

let drawn = null; // the layout of what is open
let places = new Map(); // in the picture, by the numbers of the boxes, in their order
let painted = { top: 0, bottom: 0 };

/** Lay out and paint what is open now. */
function draw() {
  drawn = layout(DATA.diagram, isOpen);
  places = new Map(placesOf(drawn));
  view.bounds = {
    x: Math.min(-drawn.left, -90), y: -INPUT_HEIGHT - 4,
    width: Math.max(drawn.left, 90) + Math.max(drawn.right, 90), height: drawn.height + INPUT_HEIGHT + 8,
  };
  byId("depth").textContent = depthText();
  paint();
}

function* placesOf({ boxes }, x = 0, y = 0) {
  for (const placed of boxes) {
    yield [placed.box.number, { ...placed, x: x + placed.x, y: y + placed.y, trunk: x + placed.trunk }];
    if (placed.inner) yield* placesOf(placed.inner, x + placed.trunk, y + placed.y);
  }
}

function paint() {
  const hadFocus = content.contains(document.activeElement);
  const { top, bottom } = view.seen, all = places.size <= ALL_AT_ONCE;
  painted = all ? { top: -Infinity, bottom: Infinity } : { top: 2 * top - bottom, bottom: 2 * bottom - top };
  const costs = heats(drawn, weight);
  const hottest = [...costs.values()].reduce((a, b) => Math.max(a, b), 0);
  const heat = (box) => Math.sqrt(costs.get(box.number) / (hottest || 1)).toFixed(3);
  content.replaceChildren(inputElement(`input ${DATA.input}`), ...drawing(drawn, heat, painted));
  byId("hottest").textContent = scaled(hottest) + DATA.weights[weight].unit;
  markBox(hadFocus);
}

function paintAgain() {
  const { top, bottom } = view.seen;
  if (drawn && (top < painted.top || bottom > painted.bottom)) paint();
}

function depthText() {
  const closed = boxes.filter((box) => box.inner && !open.has(box) && isDrawn(box));
  return closed.length ? Math.min(...closed.map((box) => box.level)) : deepest;
}

const isDrawn = (box) => !box.parent || (open.has(box.parent) && isDrawn(box.parent));

function markBox(focus = false) {
  for (const old of content.querySelectorAll(".chosen, [tabindex='0']")) {
    old.classList.remove("chosen");
    old.removeAttribute("aria-selected");
    old.tabIndex = -1;
  }
  const box = chosen && drawnBox(chosen), marked = box && elementOf(box);
  marked?.classList.add("chosen");
  marked?.setAttribute("aria-selected", true);
  const made = marked ?? content.querySelector(".box");
  if (!made) return;
  made.tabIndex = 0;
  if (focus) made.focus({ preventScroll: true });
}

/** Return the box in which a row is drawn now: its own, or what holds that and is closed. */
function drawnBox(row) {
  let box = boxes[row.box];
  while (box && !isDrawn(box)) box = box.parent;
  return box;
}

/** Open or close a block; its title stays where it is on the screen. */
function toggle(box) {
  if (!box.inner) return;
  const before = places.get(box.number);
  if (!open.delete(box)) open.add(box);
  draw();
  const after = places.get(box.number);
  content.classList.remove("gliding");
  view.pan((before.trunk - after.trunk) * view.scale, (before.y - after.y) * view.scale);
}

function openTo(depth) {
  open.clear();
  for (const box of boxes) if (box.inner && box.level < depth) open.add(box);
  draw();
  view.fit({ legible: true });
}

