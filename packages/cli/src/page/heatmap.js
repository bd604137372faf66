import { between, inkOn } from "./colour.js";
import { inOrder, measured, written } from "./value.js";

// A table with a cell for each pair of values of two parameters.

const MOST = 100; // values across or down

/** Draws the best of `metric` over `rows` for each value of `down` and `across`. */
export function drawHeatmap(table, rows, down, across, metric) {
  table.replaceChildren();
  const valuesOf = ({ at }) =>
    [...new Map(rows.map(({ parameters }) => [written(parameters[at]), parameters[at]])).values()].sort(inOrder).slice(0, MOST);
  const best = bestCells(rows, down, across, metric);
  const shown = [...best.values()];
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const columns = valuesOf(across);
  const corner = heading(`${down.label} \\ ${across.label}`, "col");
  const head = document.createElement("thead");
  head.append(line([corner, ...columns.map((value) => heading(written(value), "col"))]));
  const body = document.createElement("tbody");
  for (const value of valuesOf(down)) {
    const cells = columns.map((other) => cell(best.get(`${written(value)}\n${written(other)}`), metric, low, high));
    body.append(line([heading(written(value), "row"), ...cells]));
  }
  table.append(head, body);
}

/** The best value by pair; pairs without a value are not there. */
export function bestCells(rows, down, across, { at, better }) {
  const best = new Map();
  for (const { parameters, values } of rows) {
    const value = values[at];
    if (value === null) continue;
    const key = `${written(parameters[down.at])}\n${written(parameters[across.at])}`;
    const known = best.get(key);
    if (known === undefined || (better === "less" ? value < known : value > known)) best.set(key, value);
  }
  return best;
}

function cell(value, { unit }, low, high) {
  const node = document.createElement("td");
  node.textContent = measured(value ?? null, unit);
  if (value !== undefined) {
    const share = high === low ? 0 : (value - low) / (high - low);
    node.style.background = between(share);
    node.style.color = inkOn(share);
  }
  return node;
}

function heading(text, scope) {
  const node = document.createElement("th");
  node.scope = scope;
  node.textContent = text;
  return node;
}

function line(cells) {
  const node = document.createElement("tr");
  node.append(...cells);
  return node;
}
