import { fc, test } from "@fast-check/vitest";
import { metricValue } from "@tokenyard/report";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { loadedScenario } from "@tokenyard/simulator/loaded-scenario.contract.ts";
import { describe, expect } from "vitest";
import { like, tinyTree } from "../fixtures/tiny-like.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { sweep } from "../sweep/sweep.ts";
import { LoadBounds } from "./estimates/load-bounds.ts";
import { ofModel } from "./of-model.contract.ts";
import { type OptimizeOptions, optimum, searchProblems } from "./optimize.ts";
import type { Optimum } from "./search/optimum.ts";
import { pooledChoicesOf } from "./space/pool-space.ts";
import { ownPooledChoice, pooledParameters, pooledScenarioWith } from "./space/pooled-choice.ts";

const minimize = (text: string) => ({ text, better: "less" as const });
const gpu = { ...tinyTree.cluster.gpu, cost: "2 USD/h", power: { idle: "100 W", peak: "700 W" } };

/** Prompts on GPUs of one kind, answers on slower and cheaper ones. */
const load = like({
  parallelism: {},
  cluster: { ...tinyTree.cluster, gpu },
  pools: [{ role: "prefill" }, { role: "decode", gpu: { ...gpu, bandwidth: "50 GB/s", cost: "1 USD/h" } }],
  workload: { kind: "open", requests: 60, rate: "20000 requests/s", promptTokens: { kind: "uniform", from: 8, to: 256 }, outputTokens: 6 },
  serving: { scheduler: { kind: "continuous", maxSequences: 4, tokenBudget: 512 } },
});

/** Any load over two pools, within what this file can afford. */
const pooled = loadedScenario.map(({ pools, ...scenario }): Scenario => {
  const roles = [
    { role: "decode" as const, count: 1 },
    { role: "prefill" as const, count: 1 },
  ];
  const { data: _, ...parallelism } = scenario.parallelism;
  return { ...scenario, parallelism: { ...parallelism, data: 1 }, pools: pools ?? roles };
});

const answer = ({ best, front }: Optimum) => ({
  best: best?.parameters,
  front: front.map(({ parameters, objectives }) => ({ parameters, objectives })),
});

const BOUNDED = [
  "gpus",
  "plan.ranks",
  "costUsdPerHour",
  "energy.wattsPerGpu",
  "pools.0.gpus",
  "pools.0.replicas",
  "pools.1.gpus",
  "pools.1.replicas",
];

describe("a search over two pools", () => {
  test.prop([pooled, fc.constantFrom<OptimizeOptions["objectives"][]>([minimize("gpus")], [minimize("e2e.mean"), minimize("gpus")])], {
    numRuns: 3,
  })("finds what running every plan finds", async (scenario, objectives) => {
    const options = { objectives, subjectTo: ofModel(scenario, ["ttft.p99 <= 1 ms", "droppedShare <= 100 %"]), maxGpus: 4 };
    const pruned = await optimum(scenario, options);
    const all = await optimum(scenario, { ...options, prune: false });
    expect(answer(pruned)).toEqual(answer(all));
    expect(pruned).toMatchObject({ proven: true, exhaustive: true, left: 0, failed: 0 });
  });

  test("finds the fewest GPUs that hold a latency, as a sweep over counts and degrees does, and says which pool has them", {
    tags: "long",
  }, async () => {
    const subjectTo = ["ttft.p99 <= 50 us", "tpot.p99 <= 40 us", "droppedShare <= 100 %"];
    const degrees = { "pools.0.parallelism.tensor": [1], "pools.1.parallelism.tensor": [1], "pools.0.parallelism.expert": [1] };
    const vary = { ...degrees, "pools.1.parallelism.expert": [1] };
    const found = await optimum(load, { objectives: [minimize("gpus")], subjectTo, maxGpus: 10, vary });
    const rows: { gpus: number; holds: boolean }[] = [];
    const counts = Array.from({ length: 9 }, (_, i) => i + 1);
    for await (const row of sweep(load, { vary: { "pools.0.count": counts, "pools.1.count": counts } })) {
      if (row.status !== "ok" || row.report.gpus > 10) continue;
      const { gpus, ttftSeconds, tpotSeconds } = row.report;
      rows.push({ gpus, holds: ttftSeconds!.p99! <= 50e-6 && tpotSeconds!.p99! <= 40e-6 });
    }
    const holding = rows.filter(({ holds }) => holds);
    expect(holding.length).toBeGreaterThan(0);
    expect(holding.length).toBeLessThan(rows.length); // not every plan does
    expect(found.best!.report.gpus).toBe(Math.min(...holding.map(({ gpus }) => gpus)));
    expect(found.pruned).toBeGreaterThan(0);
    const { parameters, report } = found.best!;
    expect(report.pools!.map(({ replicas }) => replicas)).toEqual([parameters["pools.0.count"], parameters["pools.1.count"]]);
  });

  test("chooses GPUs of each pool too, where it is asked to", async () => {
    const asked = { objectives: [minimize("cost"), minimize("tpot.mean")], subjectTo: ["droppedShare <= 100 %"], maxGpus: 3 };
    const vary = { "pools.1.gpu.bandwidth": ["50 GB/s", "100 GB/s"], "pools.1.gpu.cost": ["1 USD/h", "2 USD/h"] };
    const found = await optimum(load, { ...asked, vary });
    expect(found.best!.parameters["pools.1.gpu.cost"]).toBe("1 USD/h");
    expect(found.best!.parameters["pools.1.gpu.bandwidth"]).toBe("100 GB/s");
    expect(found.best!.report.costUsdPerHour).toBe(3);
  });
});

describe("plans of two pools", () => {
  test("are each legal, once, within the GPUs, and begin with the scenario's own", () => {
    const choices = [...pooledChoicesOf(load, { maxGpus: 6 })];
    expect(choices[0]).toEqual(ownPooledChoice(load));
    expect(new Set(choices.map((choice) => JSON.stringify(pooledParameters(choice)))).size).toBe(choices.length);
    const alone = { "pools.0.parallelism.expert": [1], "pools.1.parallelism.expert": [1] };
    const single = [
      ...pooledChoicesOf(load, { maxGpus: 6, only: { ...alone, "pools.0.parallelism.tensor": [1], "pools.1.parallelism.tensor": [1] } }),
    ];
    expect(single.length).toBe(15); // 5 + 4 + 3 + 2 + 1 pairs of counts that are 6 together at the most
    const joined = [...pooledChoicesOf(load, { maxGpus: 6, only: { "pools.1.parallelism.attention.data": [2] } })];
    const hasTwo = (choice: (typeof choices)[number]) => pooledParameters(choice)["pools.1.parallelism.attention.data"] === 2;
    expect(joined).toEqual(choices.filter(hasTwo));
    expect(joined.length).toBeGreaterThan(0);
  });

  test.prop([pooled], { numRuns: drawnCases(12) })(
    "no number of a run lies outside of its bounds, and each is what its parameters say",
    (scenario) => {
      const bounds = new LoadBounds(scenario);
      const change = scenarioChanger(scenario);
      for (const choice of [...pooledChoicesOf(scenario, { maxGpus: 5 })].slice(0, 6)) {
        const known = bounds.of(choice);
        const chosen = pooledScenarioWith(scenario, choice);
        expect(change(pooledParameters(choice))).toEqual(chosen);
        if ("problems" in known) {
          expect(() => simulate(chosen)).toThrow(Problems);
          continue;
        }
        const report = simulate(chosen);
        for (const path of BOUNDED) {
          const [value, range] = [metricValue(report, { path }), known(path)];
          if (value !== null && range !== undefined)
            expect(value >= range.low && value <= range.high ? path : `${path} ${value}`).toBe(path);
        }
      }
    },
  );

  test("GPUs, cost and the least power are known of pools of two kinds before they run", () => {
    const own = ownPooledChoice(load)!;
    const choice = {
      pools: [
        { ...own.pools[0]!, count: 3 },
        { ...own.pools[1]!, count: 2 },
      ],
    };
    const ranks = own.pools[0]!.expert * own.pools[0]!.tensor;
    const known = new LoadBounds(load).outline(choice);
    expect(known("gpus")).toEqual({ low: 5 * ranks, high: 5 * ranks });
    expect(known("costUsdPerHour")!.low).toBe((3 * 2 + 2 * 1) * ranks);
    expect(known("energy.wattsPerGpu")!.low).toBeCloseTo(100, 6);
    expect(known("ttftSeconds.max")).toBeUndefined();
  });

  test("values that a pool cannot have are refused", () => {
    const options = { objectives: [minimize("gpus")] };
    expect(searchProblems(load, { ...options, vary: { "pools.0.count": ["none"] } })).toMatchObject([{ path: ["pools", "0", "count"] }]);
    expect(searchProblems(load, { ...options, vary: { "pools.0.parallelism.tensor": [5] } }).length).toBe(1); // of no such heads
  });
});
