import { inOrder, measured, written } from "./value.js";

// The table of points, which its headings sort.

/** The columns of the table: index, parameters, the metrics that are shown, targets, status, and reasons where there are any. */
export function columnsOf({ parameters, metrics, shown, demands, rows }) {
  return [
    { name: "index", value: ({ index }) => index, text: ({ index }) => String(index) },
    ...parameters.map(({ label, path }, at) => ({
      name: label,
      title: path,
      value: (row) => row.parameters[at],
      text: (row) => written(row.parameters[at]),
    })),
    ...shown.map((at) => {
      const { name, unit, better } = metrics[at];
      return { name, better, value: ({ values }) => values[at], text: ({ values }) => measured(values[at], unit) };
    }),
    ...(demands === null ? [] : [{ name: demands, class: "text", value: metText, text: metText }]),
    { name: "status", class: "text", value: ({ status }) => status, text: ({ status }) => status },
    ...(rows.every(({ reason }) => reason === null) ? [] : [REASON]),
  ];
}

const REASON = { name: "reason", class: "reason", value: ({ reason }) => reason, text: ({ reason }) => reason ?? "" };

function metText({ met, undecided }) {
  return met === null ? null : met ? "met" : undecided ? "not enough evidence" : "missed";
}

/** `rows` in the order of a column, as they are where there is none; what has no value comes last, whichever way. */
export function sorted(rows, column, isDescending) {
  if (column === undefined) return rows;
  const isMissing = (value) => value === null || value === undefined;
  return [...rows].sort((a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    if (isMissing(x) || isMissing(y)) return Number(isMissing(x)) - Number(isMissing(y)) || a.index - b.index;
    return (isDescending ? inOrder(y, x) : inOrder(x, y)) || a.index - b.index;
  });
}

/** Draws the first `most` of `rows`. `onSort` is called with the column whose heading is pressed. */
export function drawTable(table, rows, columns, { by, isDescending, most }, onSort) {
  const pressed = table.contains(document.activeElement) ? document.activeElement.textContent : undefined;
  const head = document.createElement("tr");
  for (const column of columns) {
    const heading = document.createElement("th");
    heading.scope = "col";
    heading.className = column.class === undefined ? "" : "text";
    if (column.title !== undefined) heading.title = column.title;
    if (column === by) heading.ariaSort = isDescending ? "descending" : "ascending";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = column === by ? `${column.name} ${isDescending ? "▾" : "▴"}` : column.name;
    button.addEventListener("click", () => onSort(column));
    heading.append(button);
    head.append(heading);
  }
  const body = document.createElement("tbody");
  for (const row of rows.slice(0, most)) body.append(lineOf(row, columns));
  const top = document.createElement("thead");
  top.append(head);
  table.replaceChildren(top, body);
  if (pressed !== undefined) buttonNamed(table, pressed)?.focus(); // the one that was pressed is a new one now
}

function buttonNamed(table, text) {
  const bare = (label) => label.replace(/ [▾▴]$/, "");
  return [...table.querySelectorAll("th button")].find((button) => bare(button.textContent) === bare(text));
}

function lineOf(row, columns) {
  const line = document.createElement("tr");
  for (const column of columns) {
    const cell = document.createElement("td");
    cell.textContent = column.text(row);
    if (column.class !== undefined) cell.className = column.class;
    if (["met", "missed", "failed"].includes(cell.textContent)) cell.classList.add(cell.textContent);
    line.append(cell);
  }
  return line;
}
