import { parseScenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { LoadRuns } from "./load-runs.ts";
import { realCapacity, realChance } from "./real-chance.ts";
import { requirementsOf } from "./requirement.ts";

const scenario = parseScenario({
  tokenyard: 1,
  model: { preset: "llama-3.1-8b" },
  cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
  engine: "vllm",
  workload: { kind: "closed", requests: 16, concurrency: 4, promptTokens: 100, outputTokens: 10 },
});
const report = simulate(scenario);
const runs = new LoadRuns([report]);
const bound = (share: number) => requirementsOf(scenario, { subjectTo: [`tpot.mean <= ${report.tpotSeconds!.mean! * share * 1e3} ms`] });

test("where the capacity fails on a real server, all of it is lost without a lower load that holds", () => {
  const { chance, regret } = realCapacity([{ value: 8, runs }], bound(1.001))!;
  expect(chance).toBe(realChance(runs, bound(1.001)));
  expect(chance).toBeGreaterThan(0.3);
  expect(chance).toBeLessThan(0.7);
  expect(regret).toBe(1);
});

test("a lower load with the same numbers mostly fails on the same servers; one that always holds saves its share", () => {
  const same = [
    { value: 8, runs },
    { value: 4, runs },
  ];
  const { regret } = realCapacity(same, bound(1.001))!;
  expect(regret).toBeGreaterThan(0.85); // 0.75 if loads erred by themselves
  expect(regret).toBeLessThan(1);
  const { tpotSeconds } = report;
  const quick = new LoadRuns([{ ...report, tpotSeconds: { ...tpotSeconds!, mean: tpotSeconds!.mean! / 1000 } }]);
  expect(
    realCapacity(
      [
        { value: 6, runs: quick },
        { value: 8, runs },
      ],
      bound(1.001),
    )!.regret,
  ).toBeCloseTo(0.25, 10);
});

test("what always holds loses nothing, and of what is not known nothing is said", () => {
  expect(realCapacity([{ value: 8, runs }], bound(1000))).toEqual({ chance: 0.99, regret: null });
  expect(realCapacity([], bound(1))).toBeUndefined();
  expect(realCapacity([{ value: 8, runs }], requirementsOf(scenario, { subjectTo: ["gpus <= 1"] }))).toBeUndefined();
});
