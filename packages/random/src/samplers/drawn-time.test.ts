import { describe, expect, test } from "vitest";
import type { Stream } from "../stream.ts";
import { Streams } from "../streams.ts";
import { drawTimeNs, type TimeSpec } from "./drawn-time.ts";

const stream = (): Stream => new Streams(1).stream("times");
const draws = (spec: TimeSpec, count: number): number[] => Array.from({ length: count }, drawTimeNs(spec, stream()));

describe("a drawn time", () => {
  test.each<TimeSpec>([
    { kind: "uniform", from: 1, to: 3 },
    { kind: "exponential", mean: 2 },
    { kind: "lognormal", mean: 2, sigma: 0.5 },
  ])("of kind $kind has its mean of 2 s, in whole nanoseconds", (spec) => {
    const drawn = draws(spec, 40_000);
    const mean = drawn.reduce((sum, ns) => sum + ns, 0) / 40_000 / 1e9;
    expect(Math.abs(mean - 2)).toBeLessThan(0.04); // the widest varies by 2 s: 4·2/√40,000
    expect(drawn.every((ns) => Number.isSafeInteger(ns) && ns >= 0)).toBe(true);
  });

  test("that is fixed draws nothing from its stream", () => {
    const used = stream();
    expect(drawTimeNs({ kind: "fixed", value: 0.25 }, used)()).toBe(250_000_000);
    expect(used.next()).toBe(stream().next());
  });

  test("is at most 9e6 s", () => {
    expect(Math.max(...draws({ kind: "exponential", mean: 9e6 }, 100))).toBe(9e15);
  });
});
