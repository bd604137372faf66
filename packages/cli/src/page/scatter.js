import { axisOf } from "./axis.js";
import { frontOf } from "./front.js";
import { measured } from "./value.js";

// The plot of one metric against another, as SVG.

const BOX = { left: 120, right: 940, top: 30, bottom: 425 };
const SVG = "http://www.w3.org/2000/svg";

/** Draws `rows` into `svg`; `colourOf` gives a row's colour, or undefined. Gives the rows that are drawn from left to right, and the front. */
export function drawScatter(svg, rows, x, y, colourOf) {
  svg.replaceChildren();
  const drawn = rows.filter(({ values }) => values[x.at] !== null && values[y.at] !== null);
  const across = axisOf(
    drawn.map(({ values }) => values[x.at]),
    BOX.left + 10,
    BOX.right - 10,
  );
  const up = axisOf(
    drawn.map(({ values }) => values[y.at]),
    BOX.bottom - 10,
    BOX.top + 10,
  );
  drawAxes(svg, x, y, across, up);
  const front = frontOf(drawn, x, y);
  const at = ({ values }) => [across.place(values[x.at]), up.place(values[y.at])];
  if (front.length > 1) svg.append(element("polyline", { class: "front", points: front.map((row) => at(row).join(",")).join(" ") }));
  const onFront = new Set(front);
  for (const row of [...drawn.filter((each) => !onFront.has(each)), ...front]) {
    const [cx, cy] = at(row);
    const mark = element("circle", { cx, cy, r: onFront.has(row) ? 6 : 4, "data-index": row.index });
    if (onFront.has(row)) mark.classList.add("on-front");
    const colour = colourOf(row);
    if (colour !== undefined) mark.style.fill = colour;
    svg.append(mark);
  }
  drawn.sort((a, b) => a.values[x.at] - b.values[x.at] || a.index - b.index);
  front.sort((a, b) => a.values[x.at] - b.values[x.at] || a.index - b.index);
  return { drawn, front };
}

/** Marks the row as the one that is read. */
export function choose(svg, row) {
  svg.querySelector(".chosen")?.classList.remove("chosen");
  const mark = svg.querySelector(`circle[data-index="${row.index}"]`);
  mark?.classList.add("chosen");
}

function drawAxes(svg, x, y, across, up) {
  for (const tick of across.ticks) {
    const place = across.place(tick);
    svg.append(element("line", { class: "grid", x1: place, x2: place, y1: BOX.top, y2: BOX.bottom }));
    svg.append(label(place, BOX.bottom + 18, measured(tick, x.unit), "middle"));
  }
  for (const tick of up.ticks) {
    const place = up.place(tick);
    svg.append(element("line", { class: "grid", x1: BOX.left, x2: BOX.right, y1: place, y2: place }));
    svg.append(label(BOX.left - 8, place + 4, measured(tick, y.unit), "end"));
  }
  const name = (metric, axis) => `${metric.name}, ${metric.better} is better${axis.isLogarithmic ? ", logarithmic" : ""}`;
  svg.append(label(BOX.right, BOX.bottom + 42, name(x, across), "end"));
  svg.append(label(8, BOX.top - 12, name(y, up), "start"));
}

function label(x, y, text, anchor) {
  const node = element("text", { x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}

function element(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
