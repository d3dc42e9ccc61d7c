"use strict";

/* What the page knows of the network, and which of it is open and chosen now. */

const DATA = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

const boxes = []; // by number
const rows = []; // from the top, all levels
const rowOf = new Map(); // by path
const open = new Set(); // the boxes that are open
let chosen = null; // a row
let weight = DATA.weight;

function collectBoxes(diagram, parent, level) {
  for (const box of diagram.boxes) {
    Object.assign(box, { parent, level });
    boxes[box.number] = box;
    if (box.inner) collectBoxes(box.inner, box, level + 1);
  }
}

function collectRows(found, parent, level) {
  for (const row of found) {
    Object.assign(row, { parent, level });
    rows.push(row);
    rowOf.set(row.path, row);
    if (row.rows) collectRows(row.rows, row, level + 1);
  }
}

/** Return what a row is, as its box says it where the row has no settings of its own. */
function what(row) {
  return row.label || boxes[row.box]?.label || "";
}

collectBoxes(DATA.diagram, null, 1);
collectRows(DATA.rows, null, 1);
const deepest = boxes.reduce((most, box) => Math.max(most, box.level), 1);

