import { readFileSync } from "node:fs";
import { summarize } from "@tokenyard/report";
import { loadScenario, targetsOf } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { start } from "../../simulate.ts";
import { prepare } from "../prepare.ts";
import { memoryByRank } from "./memory-by-rank.ts";

const SCENARIOS = new URL("../../../../scenarios/", import.meta.url);

test.each(["two-ranks", "deployment-plan", "disaggregated", "poisson-load", "skewed-experts"])(
  "of all ranks of %s the fullest are those of the report, and no rank is left out",
  (name) => {
    const read = (path: string) => readFileSync(new URL(path, SCENARIOS), "utf8");
    const path = `${name}/scenario.yaml`;
    const { scenario } = loadScenario(read(path), { path, read });
    const setup = prepare(scenario);
    const run = start(setup);
    while (run.advance(1 << 20));
    const { plan, memory } = summarize(run.recording(), targetsOf(scenario));
    const all = memoryByRank(setup);
    const share = (bytes: (each: (typeof all)[number]) => number) => Math.max(...all.map((each) => bytes(each) / each.limit));
    expect(share(({ weights, workspace, kvReserved }) => weights + workspace + kvReserved)).toBeCloseTo(memory.reserved / memory.limit, 12);
    expect(share(({ used }) => used)).toBeCloseTo(memory.share, 12);
    let next = 0;
    for (const { firstRank, ranks } of all) {
      expect(firstRank).toBe(next);
      next += ranks;
    }
    expect(next).toBe(plan.ranks);
  },
);

test("ranks in a row with the same memory are one entry", () => {
  const { scenario } = loadScenario(readFileSync(new URL("two-ranks/scenario.yaml", SCENARIOS), "utf8"), {
    path: "a.yaml",
    read: () => "",
  });
  const entries = memoryByRank(prepare(scenario));
  expect(entries.map(({ firstRank, ranks }) => [firstRank, ranks])).toEqual([[0, 2]]); // two ranks with half of the experts each
});
