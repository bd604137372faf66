import { expect, test } from "vitest";
import type { LocatedProblem } from "../terminal/located-problem.ts";
import { type SpanOptions, spanWindow } from "./span-window.ts";

function refusals(options: SpanOptions): string[] {
  const problems: LocatedProblem[] = [];
  spanWindow(options, problems);
  return problems.map(({ file, message }) => `${file} ${message}`);
}

test("without --spans no span is kept; with it, the whole run on every rank", () => {
  expect(spanWindow({}, [])).toBeUndefined();
  expect(spanWindow({ spans: "trace.json" }, [])).toEqual({ fromNs: 0, toNs: Number.MAX_SAFE_INTEGER });
});

test("times become whole nanoseconds, and ranks a sorted list in which each stands once", () => {
  expect(spanWindow({ spans: "trace.json", from: "1.5 ms", to: "2 s", ranks: "9, 3-5,4" }, [])).toEqual({
    fromNs: 1_500_000,
    toNs: 2_000_000_000,
    ranks: [3, 4, 5, 9],
  });
});

test("times need a unit and an order, ranks a number, and all of them --spans", () => {
  const spans = "trace.json";
  expect(refusals({ spans, from: "5" })).toEqual([expect.stringMatching(/^--from 5 given; wanted a quantity in s/)]);
  expect(refusals({ spans, from: "2 s", to: "1 s" })).toEqual(["--to 1 s given; wanted a time after --from"]);
  expect(refusals({ spans, from: "2 s", to: "1 s", ranks: "a" })).toHaveLength(2);
  for (const ranks of ["", "a", "1-", "5-3", "1,,2", "-1", "1.5"]) {
    expect(refusals({ spans, ranks })).toEqual([`--ranks ${ranks || "nothing"} given; wanted ranks in order, as 0 or 0,8-15`]);
  }
  expect(refusals({ from: "1 s", ranks: "1" })).toHaveLength(2);
});
