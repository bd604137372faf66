import { expect, test } from "vitest";
import { tiny } from "../../fixtures/tiny.ts";
import { exactly, type Range } from "../floors/range.ts";
import { constraintsOf } from "./constraint.ts";
import { mostHeadroom } from "./most-headroom.ts";

const of = (texts: readonly string[], known: Readonly<Record<string, Range>>) =>
  mostHeadroom(constraintsOf(tiny, texts), (name) => known[name]);

test("the most headroom is that of the nearest constraint, at the best that its number may be", () => {
  const known = { "tpot.p99": { low: 0.03, high: 0.05 }, "ttft.p99": { low: 0.5, high: 1 }, throughputPerGpu: { low: 1, high: 1.5 } };
  expect(of(["tpot.p99 <= 50 ms"], known)).toBeCloseTo(0.4, 12); // 30 of 50 ms
  expect(of(["tpot.p99 <= 50 ms", "ttft.p99 <= 600 ms"], known)).toBeCloseTo(1 / 6, 12);
  expect(of(["throughputPerGpu >= 1 tokens/ms"], known)).toBeCloseTo(0.5, 12);
  expect(of(["gpus <= 4"], { gpus: exactly(2) })).toBeCloseTo(0.5, 12);
});

test("where nothing is known it may be any", () => {
  expect(of(["tpot.p99 <= 50 ms"], {})).toBe(Number.POSITIVE_INFINITY);
});
