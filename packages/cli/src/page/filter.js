import { written } from "./value.js";

// Which rows of the study are shown.

const COMPARISON = /^([^!<>=]+)(<=|>=|!=|<|>|=)(.+)$/;

/** A function that tells whether a row has every word of `text`, and meets every comparison in it. */
export function filterOf(text, study) {
  const tests = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => testOf(word, study));
  return (row) => tests.every((test) => test(row));
}

function testOf(word, study) {
  const [, name, operator, wanted] = COMPARISON.exec(word) ?? [];
  const read = name === undefined ? undefined : readerOf(name, study);
  if (read !== undefined) return (row) => compares(read(row), operator, wanted);
  const lower = word.toLowerCase();
  return (row) => textOf(row).includes(lower);
}

/** What gives the value that a row has under `name`; undefined when there is no such column. */
function readerOf(name, { parameters, metrics }) {
  const parameter = parameters.findIndex(({ path, label }) => path === name || label === name);
  if (parameter >= 0) return (row) => row.parameters[parameter];
  const metric = metrics.findIndex((each) => each.name === name);
  if (metric >= 0)
    return (row) => (metrics[metric].unit === "%" && row.values[metric] !== null ? 100 * row.values[metric] : row.values[metric]);
  if (name === "status" || name === "index") return (row) => row[name];
  return undefined;
}

function compares(value, operator, wanted) {
  if (value === null || value === undefined) return false;
  const [x, y] = [Number.parseFloat(value), Number.parseFloat(wanted)];
  const areNumbers = !Number.isNaN(x) && !Number.isNaN(y);
  const [a, b] = areNumbers ? [x, y] : [written(value), wanted];
  switch (operator) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

function textOf({ parameters, status, reason }) {
  return [...parameters.map(written), status, reason ?? ""].join(" ").toLowerCase();
}
