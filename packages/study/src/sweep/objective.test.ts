import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import type { PointResult } from "../points/point-result.ts";
import { rowTable } from "../points/row-table.ts";
import { bestFirst, objective } from "./objective.ts";
import { paretoFront } from "./pareto.ts";
import { sweep } from "./sweep.ts";

const rows: PointResult[] = [];
for await (const row of sweep(tiny, { vary: { "parallelism.tensor": [1, 3, 2, 4], "parallelism.data": [1, 2] } })) rows.push(row);

test("rows are put best first, then by index, those without a value last", () => {
  const sorted = rows.toSorted(bestFirst([objective("gpus", "more")]));
  expect(sorted.map((row) => (row.status === "ok" ? row.report.gpus : null))).toEqual([16, 8, 8, 4, 4, 2, null, null]);
  expect(sorted.map(({ index }) => index)).toEqual([7, 5, 6, 1, 4, 0, 2, 3]);
});

test("a later objective decides where an earlier one does not", () => {
  const sorted = rows.toSorted(bestFirst([objective("gpus", "less"), objective("parallelism.tensor", "more")]));
  expect(sorted.slice(0, 3).map(({ index }) => index)).toEqual([0, 4, 1]);
});

test("objectives are goals of a Pareto front, on which no row without a report is", () => {
  const front = paretoFront(rows, [objective("gpus", "less"), objective("ttft.p99", "less")]);
  expect(front.length).toBeGreaterThan(0);
  expect(front.every(({ status }) => status === "ok")).toBe(true);
  expect(front[0]!.index).toBe(0); // nothing has fewer GPUs
});

test("an objective that is a condition, or names nothing, is a problem", () => {
  expect(() => objective("gpus <= 8", "less")).toThrow("gpus <= 8 given; wanted a number, such as throughputPerGpu");
  expect(() => objective("gpu", "less")).toThrow("did you mean gpus?");
});

test("the table has a column for the index, each parameter, the status, each formula and the reason", () => {
  const { columns, cells } = rowTable(rows.slice(0, 3), [objective("gpus", "less").formula, objective("ttft.p99", "less").formula]);
  expect(columns.map(({ name }) => name)).toEqual([
    "index",
    "parallelism.tensor",
    "parallelism.data",
    "status",
    "gpus",
    "ttft.p99",
    "reason",
  ]);
  expect(columns.map(({ unit }) => unit)).toEqual([undefined, undefined, undefined, undefined, "", "s", undefined]);
  const [first, , third] = [rows[0]!, rows[1]!, rows[2]!];
  if (first.status !== "ok" || third.status === "ok") throw new Error("the first is there, the third is not");
  expect(cells[0]).toEqual([0, 1, 1, "ok", 2, first.report.ttftSeconds!.p99, null]);
  expect(cells[2]).toEqual([2, 3, 1, "infeasible", null, null, third.reason]);
});

test("a table of rows that all have a report has no column of reasons", () => {
  expect(rowTable(rows.slice(0, 1), []).columns.map(({ name }) => name)).not.toContain("reason");
});
