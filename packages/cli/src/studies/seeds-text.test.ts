import type { Formula, Optimum } from "@tokenyard/study";
import { expect, test } from "vitest";
import { seedsLines } from "./seeds-text.ts";

const formulas = [
  { text: "gpus", unit: "" },
  { text: "ttft.p99", unit: "s" },
] as unknown as Formula[];
const plan = (tensor: number, missed: readonly string[]) => ({
  parameters: { tensor },
  missed,
  objectives: {
    gpus: { value: tensor, interval: null },
    "ttft.p99": { value: 0.2 / tensor, interval: { low: 0.19 / tensor, high: 0.21 / tensor } },
  },
});
const found = (...missed: readonly (readonly string[])[]) =>
  ({ seeds: missed.map((each, at) => plan(at + 1, each)), best: plan(missed.length, []) }) as unknown as Optimum;

test("the best plans over several seeds have a line each, with what the best by the first seed misses", () => {
  expect(seedsLines(found(["ttft.p99 <= 150 ms"], []), formulas)).toEqual([
    "  over the requests of all seeds the plan that is the best by the first seed misses ttft.p99 <= 150 ms, with gpus 1 and ttft.p99 200 ± 10 ms",
    "  over the requests of all seeds the best plan holds the constraints, with gpus 2 and ttft.p99 100 ± 5 ms",
  ]);
});

test("where none holds the constraints over all seeds, that is said, and without several seeds nothing is", () => {
  const none = { ...found(["ttft.p99 <= 150 ms"]), best: null };
  expect(seedsLines(none, formulas).slice(1)).toEqual([
    "  none of these holds the constraints over all seeds, so that there is no best plan",
  ]);
  const unjudged = { ...none, best: { parameters: { tensor: 2 } } } as unknown as Optimum;
  expect(seedsLines(unjudged, formulas).slice(1)).toEqual([
    "  the best plan was not run with all seeds: it may miss a constraint over them",
  ]);
  expect(seedsLines({} as Optimum, formulas)).toEqual([]);
});
