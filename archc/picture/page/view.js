/* What of the picture is seen: pan, zoom, and the gliding between. */

const LEAST_SCALE = 0.02, GREATEST_SCALE = 4, LEGIBLE = 0.65, MARGIN = 28, BAR = 56;

class View {
  #pointers = new Map();
  #moved = 0;
  #printing = false;
  #bounds = { x: 0, y: 0, width: 1, height: 1 };
  x = 0; y = 0; scale = 1;

  /** `moved()` is called whenever another part of the picture is seen. */
  constructor(frame, content, moved) {
    Object.assign(this, { frame, content, moved });
    frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.#down(event));
    frame.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      frame.addEventListener(name, (event) => this.#pointers.delete(event.pointerId));
    }
    addEventListener("beforeprint", () => this.#print(true));
    addEventListener("afterprint", () => this.#print(false));
  }

  /** Whether the last press was a drag, and no click. */
  get dragged() { return this.#moved > 4; }

  set bounds(bounds) { this.#bounds = bounds; }

  /** Show all; `legible`: only as much as can be read, from the top. */
  fit({ legible = false } = {}) {
    const { width, height } = this.frame.getBoundingClientRect();
    const { x, y, width: w, height: h } = this.#bounds;
    const beside = (width - 2 * MARGIN) / w, whole = Math.min(beside, (height - MARGIN - BAR) / h, 1.25);
    const scale = legible && whole < LEGIBLE ? Math.min(1, Math.max(beside, LEGIBLE)) : whole;
    const middle = width / 2 - (x + w / 2) * scale;
    const left = w * scale > width ? Math.min(width / 2, MARGIN - x * scale) : middle; // else the trunk
    this.#set(left, Math.max(MARGIN, (height - BAR - h * scale) / 2) - y * scale, scale);
  }

  zoom(factor, at) {
    const { left, top, width, height } = this.frame.getBoundingClientRect();
    const [px, py] = at ? [at[0] - left, at[1] - top] : [width / 2, height / 2];
    const scale = Math.min(GREATEST_SCALE, Math.max(LEAST_SCALE, this.scale * factor));
    const share = scale / this.scale;
    this.#set(px - (px - this.x) * share, py - (py - this.y) * share, scale);
  }

  pan(dx, dy) { this.#set(this.x + dx, this.y + dy, this.scale); }

  /** Return what of the picture is seen, in its own units. */
  get seen() {
    if (this.#printing) {
      const { x, y, width, height } = this.#bounds;
      return { left: x, right: x + width, top: y, bottom: y + height };
    }
    const { width, height } = this.frame.getBoundingClientRect(), { x, y, scale } = this;
    return { left: -x / scale, right: (width - x) / scale, top: -y / scale, bottom: (height - y) / scale };
  }

  /** Bring a place into view: to the middle, if it is not well within. */
  show({ x, y, width, height }) {
    const { left, right, top, bottom } = this.seen;
    const dx = shift(left, right, x, x + width) * this.scale;
    const dy = shift(top, bottom, y, y + height) * this.scale;
    if (!dx && !dy) return;
    this.content.classList.add("gliding");
    this.pan(dx, dy);
  }

  #set(x, y, scale) {
    Object.assign(this, { x, y, scale });
    this.content.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.moved();
  }

  #wheel(event) {
    event.preventDefault();
    this.content.classList.remove("gliding");
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
    const dx = event.deltaX * unit, dy = event.deltaY * unit;
    const factor = Math.exp(-Math.max(-60, Math.min(60, dy)) / 150);
    if (event.ctrlKey || event.metaKey) this.zoom(factor, [event.clientX, event.clientY]);
    else if (event.shiftKey && !dx) this.pan(-dy, 0);
    else this.pan(-dx, -dy);
  }

  #down(event) {
    if (event.button) return;
    if (!this.#pointers.size) this.#moved = 0;
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.content.classList.remove("gliding");
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    if (!event.buttons) return this.#pointers.delete(event.pointerId); // let go outside
    const now = [event.clientX, event.clientY];
    this.#moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (this.dragged) this.frame.setPointerCapture(event.pointerId); // sooner, clicks would go to the frame
    this.#pointers.set(event.pointerId, now);
    if (this.#pointers.size === 1) return this.pan(now[0] - before[0], now[1] - before[1]);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)[1];
    const distance = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    this.zoom(distance(now) / distance(before), other);
  }

  #print(starts) {
    this.#printing = starts;
    const { x, y, width, height } = this.#bounds;
    if (!starts) {
      this.frame.removeAttribute("viewBox");
      return this.#set(this.x, this.y, this.scale);
    }
    this.frame.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.content.classList.remove("gliding");
    this.content.style.transform = "none";
    this.moved();
  }
}

function shift(start, end, from, to) {
  if (from >= start && to <= end) return 0;
  return to - from < end - start ? (start + end - from - to) / 2 : start + MARGIN - from;
}

