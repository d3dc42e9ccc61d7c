/* The page: one thing is chosen at a time, and the picture, the table and the details show it. */

const search = byId("search"), hint = byId("hint");
const table = new Table(byId("rows").parentElement, byId("rows"), DATA.rows, (row) => choose(row, { show: true }));

// Choosing

/** Choose a row; `show` its box, opening what holds it. */
function choose(row, { show = false, focus = false } = {}) {
  chosen = row;
  const box = boxes[row.box];
  if (show && box && !isDrawn(box)) {
    for (let outer = box.parent; outer; outer = outer.parent) open.add(outer);
    draw();
  }
  if ((show || focus) && box) view.show(places.get(drawnBox(row).number));
  markBox(focus);
  describe(row);
  table.mark(row);
}

function clear() {
  search.value = "";
  find();
  chosen = null;
  markBox();
  table.mark(null);
  byId("details").hidden = true;
  hint.hidden = true;
}

function describe(row) {
  const box = boxes[row.box];
  const share = DATA.totals.params ? ` (${percent(row.params / DATA.totals.params)} of the network)` : "";
  const facts = {
    settings: what(row) || "none",
    shape: `${row.input} → ${row.shape}`,
    parameters: row.params ? grouped.format(row.params) + share : "none",
    MACs: row.macs ? grouped.format(row.macs) : "none",
    "receptive field": row.field ? `${row.field}, stride ${row.stride}` : "the whole input",
    computed: row.auxiliary ? "in training only" : "",
    drawn: box && box.count > 1 ? `once for ${box.count} equal blocks` : "",
    declared: `${DATA.source}:${row.line}`,
  };
  byId("chosen").textContent = row.path;
  byId("facts").replaceChildren(...Object.entries(facts).filter(([, text]) => text).flatMap(([name, text]) =>
    [html("dt", {}, name), html("dd", {}, text)]));
  byId("details").hidden = false;
}

const percent = (share) => (share >= 0.001 ? `${(100 * share).toPrecision(2)} %` : "less than 0.1 %");

const PREFIXES = ["", "k", "M", "G", "T", "P", "E"];

// As archc/render/numbers.py: three digits, in powers of 1000; a unit can follow.
function scaled(number) {
  let power = 0;
  for (; number >= 999.5 && power < PREFIXES.length - 1; power++) number /= 1000;
  return `${power ? number.toPrecision(3) : number} ${PREFIXES[power]}`;
}

// Search

let found = [];

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = (text) => words.every((word) => text.includes(word));
  found = words.length ? rows.filter((row) => isFound(`${row.path} ${what(row)}`.toLowerCase())) : [];
  table.found = words.length ? found : null;
  byId("count").textContent = words.length ? `${found.length || "none"} of ${rows.length} rows` : "";
  if (!words.length) table.mark(chosen);
}

function next(step) {
  if (!found.length) return;
  const at = found.indexOf(chosen);
  choose(found[(at + step + found.length) % found.length], { show: true });
}

// The hint beside the pointer

function hover(event) {
  const made = event.buttons ? null : event.target.closest?.(".box");
  const within = made?.classList.contains("frame") && !event.target.closest(".title");
  hint.hidden = !made || within;
  if (hint.hidden) return;
  const box = boxes[made.dataset.box], row = rowOf.get(box.path);
  const lines = [what(row), `${row.input} → ${box.shape}`, box.suffix,
    `${grouped.format(box.weights.params)} parameters`, `${grouped.format(box.weights.macs)} MACs`,
    `${scaled(box.weights.memory)}B in training`,
    box.field ? `receptive field ${box.field}, stride ${row.stride}` : "sees the whole input"];
  hint.replaceChildren(html("b", {}, box.path), ...lines.filter(Boolean).map((text) => html("div", {}, text)));
  const below = event.clientY + 18, fits = below + hint.offsetHeight < innerHeight;
  hint.style.left = `${Math.min(event.clientX + 14, innerWidth - hint.offsetWidth - 8)}px`;
  hint.style.top = `${fits ? below : event.clientY - hint.offsetHeight - 10}px`;
}

// Keys

function pictureKey(event) {
  const made = event.target.closest(".box");
  if (!made || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = boxes[made.dataset.box];
  const all = [...places.values()].map((placed) => placed.box), at = all.indexOf(box);
  const go = (to) => to && choose(rowOf.get(to.path), { focus: true });
  const act = {
    ArrowDown: () => go(all[at + 1]),
    ArrowUp: () => go(all[at - 1]),
    Home: () => go(all[0]),
    End: () => go(all.at(-1)),
    ArrowRight: () => (box.inner && !open.has(box) ? toggle(box) : box.inner && go(all[at + 1])),
    ArrowLeft: () => (open.has(box) ? toggle(box) : go(box.parent)),
    Enter: () => toggle(box),
    " ": () => toggle(box),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  choose(rowOf.get(box.path), { focus: true });
  act();
}

function pageKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return clear();
  if (event.target.closest("input")) return;
  const act = {
    "/": () => search.select(),
    "+": () => view.zoom(1.25),
    "=": () => view.zoom(1.25),
    "-": () => view.zoom(0.8),
    0: () => view.fit(),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

// The colours of the page

function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  setTheme(now === "dark" ? "light" : "dark");
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  try {
    localStorage.setItem("archc-theme", name);
  } catch { /* a page from disk may have no storage */ }
}

try {
  const kept = localStorage.getItem("archc-theme");
  if (kept === "dark" || kept === "light") setTheme(kept);
} catch { /* likewise */ }

// Beginning

picture.addEventListener("click", (event) => {
  const made = event.target.closest(".box");
  if (!made || view.dragged) return;
  const box = boxes[made.dataset.box];
  choose(rowOf.get(box.path));
  if (!open.has(box) || event.target.closest(".title")) toggle(box);
  elementOf(box).focus({ preventScroll: true });
});
picture.addEventListener("keydown", pictureKey);
picture.addEventListener("pointermove", hover);
picture.addEventListener("pointerleave", () => { hint.hidden = true; });
addEventListener("keydown", pageKey);
search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  next(step);
});
for (const [value, { name }] of Object.entries(DATA.weights)) byId("weight").append(html("option", { value }, name));
byId("weight").value = weight;
byId("weight").addEventListener("change", (event) => { weight = event.target.value; paint(); });
for (const [id, act] of Object.entries({
  closer: () => view.zoom(1.25),
  farther: () => view.zoom(0.8),
  whole: () => view.fit(),
  shallower: () => openTo(Math.max(1, depthText() - 1)),
  deeper: () => openTo(Math.min(deepest, depthText() + 1)),
  theme,
})) byId(id).addEventListener("click", act);
for (const made of document.querySelectorAll("[data-total]")) {
  made.textContent = grouped.format(DATA.totals[made.dataset.total]);
}
openTo(DATA.depth);
