import { formula } from "@tokenyard/expression";
import { normal, Streams } from "@tokenyard/random";
import type { Report } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { capacity } from "../capacity/capacity.ts";
import { compare } from "../comparison/comparison.ts";
import { tiny } from "../fixtures/tiny.ts";
import { isImpossible } from "../points/point.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { RESULT_WORDS } from "../points/words.ts";
import { inProcessRunner, runPoint } from "../runners/in-process-runner.ts";
import { orderedRunner } from "../runners/ordered-runner.ts";
import { estimateOf } from "../statistics/estimate.ts";
import { sweepPoints } from "../sweep/sweep.ts";
import { replicate, replicatedPoints } from "./replication.ts";
import { seedsReport, simulateSeeds } from "./seeds.ts";

const ttft = formula("ttft.mean", RESULT_WORDS);
const horizon = formula("horizonSeconds", RESULT_WORDS);

test("replication r has seed + r, and the estimate is that of the reports", async () => {
  const { estimates, replications, missing } = await replicate(tiny, [ttft, horizon], { replications: 4 });
  const reports = [7, 8, 9, 10].map((seed) => simulate({ ...tiny, seed }));
  expect(replications).toBe(4);
  expect(missing).toEqual([]);
  expect(estimates).toEqual([
    estimateOf(
      reports.map((report) => report.ttftSeconds!.mean!),
      "positive",
    ),
    estimateOf(
      reports.map((report) => report.horizonSeconds),
      "positive",
    ),
  ]);
  expect(estimates[0]!.standardDeviation).toBeGreaterThan(0);
});

test("replications stop when every interval is narrow enough, after as many for any number of workers", { tags: "long" }, async () => {
  const options = { replications: 200, precision: 0.05 };
  const one = await replicate(tiny, [ttft, horizon], options);
  const many = await replicate(tiny, [ttft, horizon], { ...options, runner: orderedRunner((point) => runPoint(point), 7) });
  expect(one.isNarrow).toBe(true);
  expect(one.replications).toBeGreaterThanOrEqual(32);
  expect(one.replications).toBeLessThan(200);
  expect(many).toEqual(one);
  for (const estimate of one.estimates) {
    const { low, high } = estimate!.interval!;
    expect((high - low) / 2).toBeLessThanOrEqual(0.05 * estimate!.mean);
  }
});

test("when the interval stays too wide, all replications are run and it is said", async () => {
  const { replications, isNarrow } = await replicate(tiny, [ttft], { replications: 6, precision: 1e-9 });
  expect({ replications, isNarrow }).toEqual({ replications: 6, isNarrow: false });
});

test("a replication without a report is listed apart and counts for no estimate", async () => {
  const runner = inProcessRunner({
    simulate: ({ seed }) => {
      if (seed === 8) throw new Error("a fault");
      return { horizonSeconds: seed } as Report;
    },
  });
  const { estimates, missing } = await replicate(tiny, [horizon], { replications: 3, runner });
  expect(missing).toEqual([{ index: 1, parameters: { seed: 8 }, status: "failed", reason: "Error: a fault" }]);
  expect(estimates[0]).toMatchObject({ count: 2, mean: 8 }); // (7 + 9) / 2
});

test("sequential stopping covers the true mean in at least 90 of 100 studies", async () => {
  let held = 0;
  const studies = 300;
  for (let study = 0; study < studies; study++) {
    const stream = new Streams(study).stream("observations");
    const runner = inProcessRunner({ simulate: () => ({ horizonSeconds: 10 + normal(stream) }) as Report });
    const { estimates } = await replicate(tiny, [horizon], { replications: 128, precision: 0.05, runner });
    const { low, high } = estimates[0]!.interval!;
    if (low <= 10 && 10 <= high) held++;
  }
  expect(held / studies).toBeGreaterThan(0.9);
});

test("points are replicated one after another, and what cannot be only once", () => {
  const points = sweepPoints(tiny, { vary: { "workload.sequences": [2, 0] } });
  expect([...replicatedPoints(points, 2)].map(({ index, parameters }) => ({ index, parameters }))).toEqual([
    { index: 0, parameters: { "workload.sequences": 2, seed: 7 } },
    { index: 1, parameters: { "workload.sequences": 2, seed: 8 } },
    { index: 2, parameters: { "workload.sequences": 0 } },
  ]);
});

test("no number of replications is taken that is none", async () => {
  const last = { ...tiny, seed: Number.MAX_SAFE_INTEGER };
  const asked = [
    (scenario: Scenario, replications: number) => replicate(scenario, [horizon], { replications }),
    (scenario: Scenario, replications: number) => compare(scenario, tiny, [horizon], { replications }),
    (scenario: Scenario, replications: number) => seedsReport(scenario, replications),
    (scenario: Scenario, replications: number) => capacity(loaded(scenario), { replications }),
    async (scenario: Scenario, replications: number) => simulateSeeds(scenario, replications),
  ];
  for (const ask of asked) {
    for (const count of [0, 0.5, Number.NaN])
      await expect(ask(tiny, count)).rejects.toThrow(/^replications: .*; wanted a whole number from 1 on$/);
    await expect(ask(last, 2)).rejects.toThrow("replications: 2; wanted a whole number from 1 to 1");
  }
});

/** `scenario` under a load that has a capacity. */
function loaded(scenario: Scenario): Scenario {
  const changed = scenarioChanger(scenario)({
    workload: "{ kind: open, requests: 4, rate: 1 requests/s, promptTokens: 8, outputTokens: 2 }",
    "serving.scheduler": "continuous",
  });
  if (isImpossible(changed)) throw new Error("no load");
  return changed;
}

test("a point whose last seed would be none cannot be", () => {
  const points = sweepPoints(tiny, { vary: { seed: [Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER] } });
  const written = [...replicatedPoints(points, 2)].map(({ scenario }) =>
    isImpossible(scenario) ? scenario.problems[0]!.wanted : scenario.seed,
  );
  expect(written).toEqual([
    Number.MAX_SAFE_INTEGER - 1,
    Number.MAX_SAFE_INTEGER,
    `at most ${Number.MAX_SAFE_INTEGER - 1} for 2 seeds from it on`,
  ]);
});
