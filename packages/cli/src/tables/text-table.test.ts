import { expect, test } from "vitest";
import { textTable } from "./text-table.ts";

test("columns are as wide as their widest text, and aligned as they say", () => {
  const { head, body } = textTable([
    { heading: "name", align: "left", cells: ["a", "longer"] },
    { heading: "ttft", unit: "ms", align: "right", cells: ["1.5", "12.5"] },
    { heading: "why", align: "left", cells: ["", "no"] },
  ]);
  expect(head).toEqual(["name    ttft  why", "          ms"]);
  expect(body).toEqual(["a        1.5", "longer  12.5  no"]);
});
