import { expect, test } from "vitest";
import { bestCells, valuesAt } from "./best-cells.ts";

const row = (tensor: number, quantity: string, value: number | null, met: boolean | null) => ({
  parameters: [tensor, quantity],
  values: [value],
  met,
});

test("the best of a pair is one that meets what is demanded, however good those are that miss it", () => {
  const rows = [
    row(1, "2 GB/s", 5, true),
    row(1, "2 GB/s", 1, false),
    row(1, "2 GB/s", 4, true),
    row(2, "2 GB/s", 3, false),
    row(2, "2 GB/s", 2, false),
    row(3, "2 GB/s", null, null),
  ];
  const cells = bestCells(rows, 0, 1, { at: 0, better: "less" });
  expect([...cells]).toEqual([
    ["1\n2 GB/s", { value: 4, met: true }],
    ["2\n2 GB/s", { value: 2, met: false }],
  ]);
});

test("values of a parameter are in order, each once", () => {
  expect(valuesAt([row(2, "10 GB/s", 1, true), row(1, "9 GB/s", 1, true), row(2, "10 GB/s", 1, true)], 1)).toEqual(["9 GB/s", "10 GB/s"]);
});
