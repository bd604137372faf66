import { expect, test } from "vitest";
import { foundFrom, matcherOf } from "./search.ts";

const OPS = ["attention", "dispatch"];
const spans = {
  rank: Int32Array.of(0, 0, 1, 1),
  kind: Uint8Array.of(0, 1, 1, 0),
  microBatch: Int32Array.of(0, 0, 3, 3),
  pass: Int32Array.of(0, 0, 0, 1),
  phase: Uint8Array.of(0, 0, 0, 1),
  layer: Int32Array.of(5, 5, 5, 6),
  half: new Uint8Array(4),
  startNs: Float64Array.of(0, 10, 10, 5),
  workNs: Float64Array.of(5, 20, 15, 8),
  endNs: Float64Array.of(5, 20, 20, 8),
  cause: new Int32Array(4),
};
const all = (text: string) => {
  const matches = matcherOf(text, { spans, ops: OPS });
  if (typeof matches === "string") throw new Error(matches);
  return [0, 1, 2, 3].filter(matches);
};

test("a search names ops by their beginning, numbers by what they are of, and waits; all of it holds", () => {
  expect(all("dis layer 5")).toEqual([1, 2]);
  expect(all("dispatch micro-batch 3 wait")).toEqual([2]);
  expect(all("decode rank 1")).toEqual([3]);
  expect(matcherOf("dispach", { spans, ops: OPS })).toMatch(/^dispach: no op; there are attention, dispatch, wait/);
  expect(matcherOf("layer five", { spans, ops: OPS })).toBe("layer five: wanted a number after layer");
});

test("the next one found is the first after the last, by time and place", () => {
  const any = () => true;
  expect(foundFrom(spans, any, 0, -1)).toBe(0);
  expect(foundFrom(spans, any, 0, 0)).toBe(3);
  expect(foundFrom(spans, any, 5, 3)).toBe(1);
  expect(foundFrom(spans, any, 10, 1)).toBe(2);
  expect(foundFrom(spans, any, 10, 2)).toBeUndefined();
});
