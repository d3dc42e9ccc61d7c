/* The same computation as archc/picture/layout.py, name by name, for whichever boxes are open.
   Texts were measured and lanes were found in Python. */

const ENTRY = -1;
const PAD = 10, TURN = 10, GAP = 24, LANE_GAP = 22, SKIP_WIDTH = 20, FRAME_TITLE = 24, FRAME_END = 12;

function layout(drawn, isOpen, inside = false) {
  const sizes = drawn.boxes.map((box) => size(box, isOpen));
  const top = inside ? FRAME_TITLE : 0;
  const { tops, heights, low } = rowHeights(drawn, sizes, top);
  const columns = drawn.lanes.map((lane) => column(reaching(lane, sizes, tops), sizes));
  const skips = new Map();
  for (const link of drawn.links) if (link.skip) skips.set(link, column(link.skip, sizes));
  place(columns, [...skips.values()]);
  const bottom = inside ? low + FRAME_END - GAP : low;
  const placed = drawn.boxes.map((box, i) =>
    placedBox(box, sizes[i], columns[drawn.laneOf[i]].x, tops[drawn.rows[i]], heights[drawn.rows[i]]));
  const beside = tops.map(() => []);
  placed.forEach((box, i) => beside[drawn.rows[i]].push(box));
  const routes = drawn.links.map((link) => route(link, drawn, placed, beside, tops, skips.get(link), top));
  if (inside) routes.push(wayOut(drawn, placed, top, bottom));
  const everything = [...columns, ...skips.values()];
  return {
    boxes: placed,
    routes,
    left: greatest(everything.map(({ left, x }) => left - x)),
    right: greatest(everything.map(({ right, x }) => right + x)),
    height: bottom,
  };
}

function size(box, isOpen) {
  if (!box.inner || !isOpen(box)) return { left: box.width / 2, right: box.width / 2, height: box.height };
  const inner = layout(box.inner, isOpen, true);
  const left = inner.left + PAD, right = inner.right + PAD;
  const missing = Math.max(0, box.frameWidth - left - right);
  return { left: left + missing / 2, right: right + missing / 2, height: inner.height, inner };
}

function rowHeights({ rows, lanes, laneOf }, sizes, top) {
  const heights = new Array(Math.max(-1, greatest(rows)) + 1).fill(0);
  rows.forEach((row, i) => {
    if (!lanes[laneOf[i]].hangs) heights[row] = Math.max(heights[row], sizes[i].height);
  });
  let y = top + (top ? GAP - 6 : GAP);
  const tops = heights.map((height) => {
    const at = y;
    y += height + GAP;
    return at;
  });
  const ends = lanes.filter((lane) => lane.hangs).map((lane) => end(lane, sizes, tops));
  return { tops, heights, low: Math.max(y, greatest(ends) + GAP) };
}

function end({ first, boxes: [box] }, sizes, tops) {
  return tops[first] + sizes[box].height;
}

function reaching(lane, sizes, tops) {
  if (!lane.hangs) return lane;
  const low = end(lane, sizes, tops);
  return { ...lane, last: tops.filter((top) => top - GAP < low).length - 1 };
}

function column(lane, sizes) {
  if (!lane.boxes.length) return { lane, left: SKIP_WIDTH / 2, right: SKIP_WIDTH / 2, x: 0 };
  const left = greatest(lane.boxes.map((box) => sizes[box].left));
  return { lane, left, right: greatest(lane.boxes.map((box) => sizes[box].right)), x: 0 };
}

function place([trunk, ...others], skips) {
  const rows = 1 + [...others, ...skips].reduce((last, { lane }) => Math.max(last, lane.last), 0);
  let taken = Array(rows).fill(trunk.left);
  for (const column of others.filter(({ lane }) => lane.side < 0).reverse()) {
    column.x = -(edge(taken, column) + LANE_GAP + column.right);
    taken.fill(-column.x + column.left, column.lane.first, column.lane.last + 1);
  }
  taken = Array(rows).fill(trunk.right);
  const beside = others.filter(({ lane }) => lane.side > 0);
  for (const column of [...beside, ...skips].sort((a, b) => farther(a.lane, b.lane))) {
    column.x = edge(taken, column) + (column.lane.boxes.length ? LANE_GAP : 2) + column.left;
    taken.fill(column.x + column.right, column.lane.first, column.lane.last + 1);
  }
}

function farther(one, other) {
  if (one.hangs !== other.hangs) return one.hangs - other.hangs;
  return one.hangs ? other.first - one.first : one.last - one.first - (other.last - other.first);
}

function edge(taken, { lane }) {
  let found = taken[lane.first];
  for (let row = lane.first + 1; row <= lane.last; row++) found = Math.max(found, taken[row]);
  return found;
}

function placedBox(box, { left, right, height, inner }, trunk, top, rowHeight) {
  const y = box.join ? top + (rowHeight - height) / 2 : top;
  return { box, x: trunk - left, y, width: left + right, height, trunk, inner };
}

function route(link, drawn, placed, beside, tops, skip, top) {
  const target = placed[link.target], source = placed[link.source];
  const x = source ? source.trunk : 0;
  const lane = skip ? skip.x : x;
  const points = [[x, source ? source.y + source.height : top]];
  if (skip) {
    const turn = tops[source ? drawn.rows[link.source] + 1 : 0] - TURN;
    points.push([x, turn], [lane, turn]);
  }
  const row = drawn.rows[link.target];
  if (lane === target.trunk) points.push([lane, target.y]);
  else points.push(...aside(lane, target, beside[row], tops[row] - TURN));
  return { points, text: link.text, arrow: true, auxiliary: target.box.auxiliary };
}

function aside(lane, target, row, turn) {
  const middle = target.y + target.height / 2;
  const border = lane > target.trunk ? target.x + target.width : target.x;
  const corners = [[lane, middle], [border, middle]];
  if (target.box.join && free(row, [[lane, turn], ...corners])) return corners;
  return [[lane, turn], [target.trunk, turn], [target.trunk, target.y]];
}

function free(row, points) {
  return points.slice(1).every((point, i) => !row.some((box) => crossed(box, points[i], point)));
}

function crossed(box, a, b) {
  const beside = Math.max(a[0], b[0]) <= box.x || Math.min(a[0], b[0]) >= box.x + box.width;
  return !beside && Math.min(a[1], b[1]) < box.y + box.height && Math.max(a[1], b[1]) > box.y;
}

function wayOut(drawn, placed, top, bottom) {
  const end = placed[drawn.exit];
  if (!end) return { points: [[0, top], [0, bottom]], text: "", arrow: false, auxiliary: false };
  const points = [[end.trunk, end.y + end.height], [end.trunk, bottom]];
  return { points, text: "", arrow: false, auxiliary: end.box.auxiliary };
}

function greatest(numbers) {
  return numbers.reduce((a, b) => Math.max(a, b), -Infinity); // a call takes too few arguments
}

