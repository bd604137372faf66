import type { StudyRow, StudyTable } from "@tokenyard/study";
import { written } from "./value.ts";

type Columns = Pick<StudyTable, "parameters" | "metrics">;
type Value = StudyRow["parameters"][number] | StudyRow["values"][number] | undefined;

const COMPARISON = /^([^!<>=]+)(<=|>=|!=|<|>|=)(.+)$/;

/** Whether a row has every word of `text`, and meets every comparison in it, as `tensor=2 gpus<=64`. */
export function filterOf(text: string, study: Columns): (row: StudyRow) => boolean {
  const tests = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => testOf(word, study));
  return (row) => tests.every((test) => test(row));
}

function testOf(word: string, study: Columns): (row: StudyRow) => boolean {
  const [, name, operator = "", wanted = ""] = COMPARISON.exec(word) ?? [];
  const read = name === undefined ? undefined : readerOf(name, study);
  if (read !== undefined) return (row) => compares(read(row), operator, wanted);
  const lower = word.toLowerCase();
  return (row) => textOf(row).includes(lower);
}

/** The value that a row has under `name`; undefined where there is no such column. */
function readerOf(name: string, { parameters, metrics }: Columns): ((row: StudyRow) => Value) | undefined {
  const parameter = parameters.findIndex(({ path, label }) => path === name || label === name);
  if (parameter >= 0) return (row) => row.parameters[parameter];
  const metric = metrics.findIndex((each) => each.name === name);
  if (metric >= 0) {
    const scale = metrics[metric]!.unit === "%" ? 100 : 1;
    return ({ values }) => (values[metric] == null ? values[metric] : values[metric] * scale);
  }
  return name === "status" || name === "index" ? (row) => row[name] : undefined;
}

function compares(value: Value, operator: string, wanted: string): boolean {
  if (value === null || value === undefined) return false;
  const [x, y] = [Number.parseFloat(String(value)), Number.parseFloat(wanted)];
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

function textOf({ parameters, status, reason }: StudyRow): string {
  return [...parameters.map(written), status, reason ?? ""].join(" ").toLowerCase();
}
