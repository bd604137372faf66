import type { StudyRow, StudyTable } from "@tokenyard/study";
import { expect, test } from "vitest";
import { filterOf } from "./filter.ts";

const study: Pick<StudyTable, "parameters" | "metrics"> = {
  parameters: [
    { path: "parallelism.tensor", label: "tensor" },
    { path: "cluster.network.fabric.bandwidth", label: "bandwidth" },
    { path: "serving.overlap", label: "overlap" },
  ],
  metrics: [
    { name: "ttft", unit: "s", better: "less" },
    { name: "droppedShare", unit: "%", better: "less" },
  ],
};
const drawn: readonly Omit<StudyRow, "met" | "undecided">[] = [
  { index: 0, parameters: [1, "25 GB/s", "none"], status: "ok", reason: null, values: [0.5, 0.02] },
  { index: 1, parameters: [2, "100 GB/s", "two-batch"], status: "ok", reason: null, values: [0.25, null] },
  { index: 2, parameters: [3, "25 GB/s", "none"], status: "infeasible", reason: "a divisor of 10", values: [null, null] },
];
const rows = drawn.map((row): StudyRow => ({ ...row, met: null, undecided: false }));

test.each([
  ["", [0, 1, 2]],
  ["tensor=2", [1]],
  ["parallelism.tensor!=2 status=ok", [0]],
  ["bandwidth>=30", [1]],
  ["overlap=none", [0, 2]],
  ["ttft<0.5", [1]],
  ["ttft<=0.5 droppedShare<3", [0]],
  ["droppedShare>2", []],
  ["index>0", [1, 2]],
  ["Divisor", [2]],
  ["divisor two-batch", []],
  ["nosuch=3", []],
])("%s", (text, shown) => {
  const matches = filterOf(text, study);
  expect(rows.filter((row) => matches(row)).map(({ index }) => index)).toEqual(shown);
});
