import { colours } from "./colour.js";
import { filterOf } from "./filter.js";
import { drawHeatmap } from "./heatmap.js";
import { choose, drawScatter } from "./scatter.js";
import { columnsOf, drawTable, sorted } from "./table.js";
import { measured, written } from "./value.js";

// The page of a study: reads the rows that stand in it, and draws them anew whenever a choice changes.

const STEP = 200; // rows of the table at a time

const byId = (id) => document.getElementById(id);
const study = JSON.parse(byId("study").textContent);
const metrics = study.metrics.map((metric, at) => ({ ...metric, at }));
const parameters = study.parameters.map((parameter, at) => ({ ...parameter, at }));
const columns = columnsOf(study);
const svg = byId("scatter");
const state = { rows: study.rows, by: undefined, isDescending: false, most: STEP, drawn: [], front: [], chosen: undefined };

function options(select, items, chosen) {
  for (const [at, text] of items) {
    const option = document.createElement("option");
    option.value = String(at);
    option.textContent = text;
    option.selected = at === chosen;
    select.append(option);
  }
  select.addEventListener("change", draw);
}

function fill() {
  byId("title").textContent = study.title;
  document.title = study.title;
  const names = metrics.map(({ at, name }) => [at, name]);
  options(byId("scatter-x"), names, study.goals.x);
  options(byId("scatter-y"), names, study.goals.y);
  const labels = parameters.map(({ at, label }) => [at, label]);
  options(byId("scatter-colour"), [[-1, "none"], ...labels], -1);
  if (parameters.length < 2) byId("heatmap-section").remove();
  else {
    options(byId("heatmap-rows"), labels, 0);
    options(byId("heatmap-columns"), labels, 1);
    options(byId("heatmap-metric"), names, study.goals.y);
  }
}

function draw() {
  const matches = filterOf(byId("filter").value, { parameters, metrics });
  state.rows = study.rows.filter(matches);
  byId("summary").textContent = `${state.rows.length} of ${study.rows.length} points${study.made === "" ? "" : `, made by ${study.made}`}`;
  drawPlot();
  if (byId("heatmap") !== null) {
    const at = (id) => Number(byId(id).value);
    drawHeatmap(
      byId("heatmap"),
      state.rows,
      parameters[at("heatmap-rows")],
      parameters[at("heatmap-columns")],
      metrics[at("heatmap-metric")],
    );
  }
  drawRows();
}

function drawPlot() {
  const parameter = parameters[Number(byId("scatter-colour").value)];
  const palette = parameter && colours(state.rows.map((row) => row.parameters[parameter.at]));
  const colourOf = (row) => palette?.get(written(row.parameters[parameter.at]));
  const [x, y] = [metrics[Number(byId("scatter-x").value)], metrics[Number(byId("scatter-y").value)]];
  Object.assign(state, drawScatter(svg, state.rows, x, y, colourOf));
  byId("legend").replaceChildren(...(palette === undefined ? [] : [...palette].map(([value, colour]) => legendEntry(value, colour))));
  tell(state.drawn.find(({ index }) => index === study.recommended) ?? state.front[0]);
}

function legendEntry(value, colour) {
  const entry = document.createElement("span");
  const swatch = document.createElement("i");
  swatch.style.background = colour;
  entry.append(swatch, value === "" ? "none" : value);
  return entry;
}

/** Reads a row out under the plot. */
function tell(row) {
  state.chosen = row;
  if (row === undefined) {
    byId("detail").textContent = "no point has both metrics";
    return;
  }
  choose(svg, row);
  const settings = parameters.map(({ at, label }) => `${label} ${written(row.parameters[at])}`);
  const results = study.shown.map((at) => `${metrics[at].name} ${measured(row.values[at], metrics[at].unit)}`);
  const role = row.index === study.recommended ? "Recommended: point" : "Point";
  byId("detail").textContent = `${role} ${row.index}: ${settings.join(", ")}. ${results.join(", ")}.`;
}

function drawRows() {
  const { by, isDescending, most } = state;
  drawTable(byId("table"), sorted(state.rows, by, isDescending), columns, { by, isDescending, most }, (column) => {
    state.isDescending = column === by ? !isDescending : column.better === "more";
    state.by = column;
    drawRows();
  });
  byId("more").hidden = state.rows.length <= most;
}

function walk(event) {
  const list = event.key === "ArrowUp" || event.key === "ArrowDown" ? state.front : state.drawn;
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (step === undefined || list.length === 0) return;
  event.preventDefault();
  const at = list.indexOf(state.chosen);
  tell(at < 0 ? list[0] : list[Math.min(list.length - 1, Math.max(0, at + step))]);
}

fill();
draw();
for (const part of [svg, ...document.querySelectorAll(".scroll")]) part.setAttribute("tabindex", "0"); // so that keys can walk and scroll them
byId("filter").addEventListener("input", draw);
byId("more").addEventListener("click", () => {
  state.most += STEP;
  drawRows();
});
svg.addEventListener("keydown", walk);
svg.addEventListener("pointerover", ({ target }) => {
  const index = target.getAttribute?.("data-index");
  if (index !== null && index !== undefined) tell(study.rows.find((row) => String(row.index) === index));
});
