/* The table of layers as a tree. Of its rows only those are made that are seen. */

const grouped = new Intl.NumberFormat("en-US");

function html(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const ROW_HEIGHT = 24, ROWS_BEYOND = 12;

class Table {
  #open = new Set();
  #found = null; // rows, if there is a search
  #shown = []; // rows, in their order
  #marked = null;

  /** `choose(row)` is called with a row that a reader has come to. */
  constructor(scroller, body, rows, choose) {
    Object.assign(this, { scroller, body, rows, choose });
    scroller.addEventListener("scroll", () => this.#paint());
    new ResizeObserver(() => this.#paint()).observe(scroller);
    scroller.addEventListener("click", (event) => this.#click(event));
    scroller.addEventListener("keydown", (event) => this.#key(event));
    this.#refresh();
  }

  /** Show these rows alone, each with what holds it; or, for null, the tree. */
  set found(rows) {
    this.#found = rows;
    this.scroller.scrollTop = 0;
    this.#refresh();
  }

  /** Mark a row (or none) and bring it into view, opening what holds it. */
  mark(row, { focus = false } = {}) {
    this.#marked = row;
    for (let outer = row?.parent; outer; outer = outer.parent) this.#open.add(outer);
    this.#refresh();
    const at = this.#shown.indexOf(row);
    if (at < 0) return;
    const top = at * ROW_HEIGHT, { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    if (top + ROW_HEIGHT > scrollTop + clientHeight) this.scroller.scrollTop = top + ROW_HEIGHT - clientHeight;
    this.#paint();
    if (focus) this.body.querySelector('[aria-selected="true"]').focus({ preventScroll: true });
  }

  #refresh() {
    this.#shown = this.#found ?? [];
    if (!this.#found) this.#collect(this.rows);
    this.scroller.parentElement.setAttribute("aria-rowcount", this.#shown.length + 1); // with the head
    this.body.style.height = `${this.#shown.length * ROW_HEIGHT}px`;
    this.#paint();
  }

  #collect(rows) {
    for (const row of rows) {
      this.#shown.push(row);
      if (this.#open.has(row)) this.#collect(row.rows);
    }
  }

  #paint() {
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - ROWS_BEYOND);
    const seen = this.#shown.slice(first, first + Math.ceil(clientHeight / ROW_HEIGHT) + 2 * ROWS_BEYOND);
    const hadFocus = this.body.contains(document.activeElement);
    this.body.style.paddingTop = `${first * ROW_HEIGHT}px`;
    this.body.replaceChildren(...seen.map((row, i) => this.#element(row, first + i)));
    const current = this.body.querySelector('[aria-selected="true"]') ?? this.body.firstElementChild;
    if (current) current.tabIndex = 0;
    if (hadFocus) (current ?? this.scroller).focus({ preventScroll: true });
  }

  #element(row, index) {
    const cell = (kind, ...children) => html("span", { class: kind, role: "gridcell" }, ...children);
    const level = this.#found ? 1 : row.level;
    const where = this.#found ? row.parent?.path ?? "" : what(row);
    const made = html("div", {
      class: "row", role: "row", tabindex: -1, title: `${row.path} ${what(row)}`.trim(), "data-path": row.path,
      "aria-rowindex": index + 2, "aria-level": level, "aria-selected": row === this.#marked,
    },
      cell("layer", html("b", {}, row.name), " ", html("span", { class: "quiet" }, where)),
      cell("shape", row.shape),
      cell("number", row.params ? grouped.format(row.params) : "–"),
      cell("number", row.macs ? grouped.format(row.macs) : "–"),
      cell("number", row.field || "all"));
    if (row.rows && !this.#found) made.setAttribute("aria-expanded", this.#open.has(row));
    made.style.setProperty("--level", level);
    made.row = row;
    return made;
  }

  #toggle(row) {
    if (!this.#open.delete(row)) this.#open.add(row);
    this.#refresh();
  }

  #click(event) {
    const made = event.target.closest(".row");
    if (!made) return;
    const onMark = event.clientX < made.querySelector("b").getBoundingClientRect().left;
    if (onMark && made.hasAttribute("aria-expanded")) return this.#toggle(made.row);
    this.choose(made.row);
  }

  #key(event) {
    const row = event.target.closest(".row")?.row;
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#shown.indexOf(row), opens = row.rows && !this.#found, isOpen = this.#open.has(row);
    const to = {
      ArrowDown: () => this.#shown[at + 1],
      ArrowUp: () => this.#shown[at - 1],
      Home: () => this.#shown[0],
      End: () => this.#shown.at(-1),
      ArrowRight: () => (opens && !isOpen ? this.#toggle(row) : opens && row.rows[0]),
      ArrowLeft: () => (opens && isOpen ? this.#toggle(row) : row.parent),
      Enter: () => row,
      " ": () => opens && this.#toggle(row),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = to();
    if (!next) return;
    this.choose(next);
    this.mark(next, { focus: true });
  }
}

