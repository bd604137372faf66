import { renderText } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { fitted, tabled, withTraffic } from "../fitted-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

const [HIDDEN, INNER] = [1024, 2048] as const;

/** One GPU, one dense layer, prompts of 100 tokens and four tokens each; products and attention as `rows` of a table measured them. */
function scenarioOf(rows: (string | number)[][], sequences = 2): Scenario {
  const scenario = parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: HIDDEN,
      attention: { heads: 8, kvHeads: 8, headSize: 128 },
      dense: { hiddenSize: INNER, matrices: 2 },
    },
    cluster: {
      gpu: { compute: "100 TFLOPS", bandwidth: "1 TB/s", memory: "80 GB" },
      network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "0 s" }, fabric: { bandwidth: "1 GB/s", latency: "0 s" } },
    },
    workload: { kind: "batch", sequences, promptTokens: 100, outputTokens: 4 },
  });
  const files = [{ path: "kernels.csv", sha256: "0", rows }];
  return { ...scenario, cluster: { ...scenario.cluster, kernels: { kind: "table", files, launchShare: 1 } } };
}

const product = (inFeatures: number, outFeatures: number, rows: number, us: number) => [
  "linear",
  "fp16",
  "fp16",
  inFeatures,
  outFeatures,
  rows,
  us,
];
/** The four matrices, with `few` and with `many` rows, 10 us each. */
const products = (few: number, many: number) =>
  [
    [HIDDEN, 3 * HIDDEN],
    [HIDDEN, HIDDEN],
    [HIDDEN, INNER],
    [INNER, HIDDEN],
  ].flatMap(([inputs, outputs]) => [few, many].map((rows) => product(inputs!, outputs!, rows, 10)));

/** What lies inside tables is the same op by op, by forms and in the loop, and some of it lies inside. */
function isTheSameHoweverRun(given: fc.Arbitrary<Scenario>, of: "kernels" | "traffic"): void {
  let partly = 0;
  fc.assert(
    fc.property(given, (scenario) => {
      const reported = (options: object) => run(prepare(scenario), options).work[of]!;
      const [ops, forms, loops] = [reported({ executor: "stages" }), reported({}), reported({ executor: "loop" })];
      for (const { seconds, insideSeconds } of [forms, loops]) {
        expect(seconds).toBeCloseTo(ops.seconds, 9);
        expect(insideSeconds).toBe(ops.insideSeconds);
      }
      expect(ops.insideSeconds).toBeGreaterThanOrEqual(0);
      expect(ops.insideSeconds).toBeLessThanOrEqual(ops.seconds);
      if (ops.insideSeconds > 0) partly++;
    }),
    { numRuns: drawnCases(10) },
  );
  expect(partly).toBeGreaterThan(0);
}

/** With tables of the attention of any rank of `scenario`, of wide grids, beside others. */
function widely(scenario: Scenario): Scenario {
  const given = tabled(scenario);
  const { kernels } = given.cluster;
  const { attention } = scenario.model;
  if (kernels.kind !== "table" || attention === undefined || attention.kind === "latent") return given;
  const sizes = [1, 2, 4, 8].map((ranks) => [
    Math.ceil(attention.heads / ranks),
    Math.max(1, Math.ceil(attention.kvHeads / ranks)),
    attention.headSize,
    attention.headSize,
  ]);
  const rows = sizes.flatMap((each) =>
    [1, 6].flatMap((sequences) => [20, 90].map((context) => ["decode", "fp16", "fp16", ...each, sequences, sequences * context, 2])),
  );
  const files = [...kernels.files, { path: "cores.csv", sha256: "none", rows }];
  return { ...given, cluster: { ...given.cluster, kernels: { ...kernels, files } } };
}

describe("the share of the traffic's time inside the grid of measured tables", () => {
  /** Four GPUs of a node that reduce 200 kB in each of two all-reduces of a prefill, and 4 kB in those of three steps. */
  const reducing = (...files: (string | number)[][][]) => {
    const scenario = scenarioOf([]);
    const { cluster, parallelism } = scenario;
    const network = { ...cluster.network, files: files.map((rows) => ({ path: "traffic.csv", sha256: "0", rows })) };
    return {
      ...scenario,
      parallelism: { ...parallelism, tensor: 4, attention: { ...parallelism.attention, tensor: 4 } },
      cluster: { ...cluster, network: files.length === 0 ? cluster.network : network },
    } as Scenario;
  };
  const row = (bytes: number, us: number) => ["all-reduce", "nccl", 4, 1, bytes, us];
  const BYTES = 2 * HIDDEN;

  test("is reported where tables correct traffic, and nowhere else, and is that of the collectives between measured ones, by hand", () => {
    const both = simulate(reducing([row(2 * BYTES, 30), row(200 * BYTES, 90)]));
    expect(both.measuredTrafficShare).toBe(1);
    expect(renderText(both)).toContain("measured 100 % of the traffic's time is inside the grid of the tables");
    // two all-reduces of 90 us in the prefill, of 30 us in each of three steps
    const prompts = simulate(reducing([row(200 * BYTES, 90)], [row(2 * BYTES, 30), row(200 * BYTES, 90)]));
    expect(prompts.measuredTrafficShare).toBeGreaterThan(0.4);
    expect(prompts.measuredTrafficShare).toBeLessThan(1);
    expect(simulate(reducing([row(1, 30)])).measuredTrafficShare).toBe(0);
    expect(simulate(reducing()).measuredTrafficShare).toBeUndefined();
    const alone = { ...reducing([row(1, 30)]), parallelism: scenarioOf([]).parallelism };
    expect(renderText(simulate(alone))).toContain("measured – of the traffic's time, as there was none");
    expect(both.breakdown.ttft!["all-reduce"]).toBeCloseTo(180e-6, 8);
    expect(both.breakdown.tpot!["all-reduce"]).toBeCloseTo(60e-6, 8);
  });

  test("is the same op by op, by forms and in the loop, on any deployment and load, and lies between 0 and 1", { tags: "long" }, () => {
    const given = fc.tuple(fc.oneof(drawnScenario, loadedScenario), fc.boolean());
    isTheSameHoweverRun(
      given.map(([scenario, isFitted]) => withTraffic(isFitted ? fitted(scenario) : scenario)),
      "traffic",
    );
  });
});

describe("traffic of which no table has rows over as many ranks and nodes", () => {
  const reported = (rows: (string | number)[][], parallelism: object, more: object = {}) => {
    const { cluster, ...rest } = plan;
    const network = { ...(cluster as { network: object }).network, files: [{ path: "t.csv", sha256: "0", rows }] };
    const { warnings } = simulate(parseScenario({ ...rest, cluster: { ...cluster, network }, parallelism, ...more }));
    return warnings.flatMap(({ code, message }) => (code === "unmeasured-traffic" ? [message] : []));
  };
  const TIER = { bandwidth: "1 GB/s", latency: "0 s" };
  const plan = {
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 64, attention: { heads: 8, kvHeads: 8, headSize: 8 }, experts: { count: 8, topK: 2, hiddenSize: 64 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "80 GB" },
      gpusPerNode: 4,
      network: { kind: "two-tier", node: TIER, fabric: TIER },
    },
    workload: { kind: "batch", sequences: 8, promptTokens: 100, outputTokens: 4 },
  };
  const reduce = (ranks: number, nodes: number) => ["all-reduce", "nccl", ranks, nodes, 1024, 9];

  test("is reported with its ranks, and those whose rows stand for it; nothing where there is none", () => {
    const have = "the tables of traffic have no times for";
    expect(reported([reduce(4, 1)], { tensor: 4 })).toEqual([]);
    expect(reported([reduce(4, 1)], { tensor: 2 })).toEqual([`${have} all-reduces of 2 GPUs of a node as those of 4`]);
    expect(reported([reduce(4, 1)], { tensor: 8 })).toEqual([`${have} all-reduces of 8 GPUs on 2 nodes`]);
    expect(reported([reduce(2, 1)], { pipeline: 2 })).toEqual([`${have} sends in a node`]);
    expect(reported([reduce(2, 1)], {})).toEqual([]);
    expect(reported([reduce(4, 1)], { expert: 4 }, { routing: { dispatch: "per-copy" } })).toEqual([
      `${have} per-copy dispatches of 4 GPUs of a node`, // a combine takes what its dispatch took
    ]);
  });

  test("is the same however passes are timed", () => {
    let some = 0;
    fc.assert(
      fc.property(loadedScenario.map(withTraffic), (scenario) => {
        const [at, ...others] = (["form", "loop", "stages"] as const).map((executor) => run(prepare(scenario), { executor }).warnings);
        for (const other of others) expect(other).toEqual(at);
        if (at!.some(({ code }) => code === "unmeasured-traffic")) some++;
      }),
      { numRuns: drawnCases(10) },
    );
    expect(some).toBeGreaterThan(0);
  });
});

describe("the share of the kernels' time inside the grid of measured tables", () => {
  test("is reported kernels that follow tables, and of no others", () => {
    const scenario = scenarioOf(products(1, 200));
    const report = simulate(scenario);
    expect(report.measuredKernelShare).toBeGreaterThan(0);
    const reported = `${(100 * report.measuredKernelShare!).toFixed(1)} % of the kernels' time is inside the grid of the tables`;
    expect(renderText(report)).toContain(reported);
    const { measuredKernelShare } = simulate({ ...scenario, cluster: { ...scenario.cluster, kernels: { kind: "roofline" } } });
    expect(measuredKernelShare).toBeUndefined();
  });

  test("is that of the kernels whose loads lie between measured ones, by hand", () => {
    const cores = (measuredKernelShare: number | null | undefined, productsUs: number, allUs: number) =>
      expect(measuredKernelShare! * allUs).toBeCloseTo(productsUs, 1);
    const whole = (scenario: Scenario) => 1e6 * simulate(scenario).horizonSeconds;
    // one pass of 200 rows, three of 2: four products of 10 us in each; the cores were not measured
    const both = scenarioOf(products(2, 200));
    cores(simulate(both).measuredKernelShare, 160, whole(both));
    // from 3 rows on: those of the prompts alone
    const prompts = scenarioOf(products(3, 200));
    cores(simulate(prompts).measuredKernelShare, 40, whole(prompts));
    const steps = scenarioOf(products(2, 199));
    cores(simulate(steps).measuredKernelShare, 120, whole(steps));
    // sizes that are in no table lie outside, though they take the ratio of the others
    const others = scenarioOf([product(512, 512, 1, 10), product(512, 512, 1000, 10)]);
    expect(simulate(others).measuredKernelShare).toBe(0);
  });

  test("holds cores of decoding sequences between measured contexts and numbers of sequences, step by step", () => {
    const core = (sequences: number, context: number) => ["decode", "fp16", "fp16", 8, 8, 128, 128, sequences, sequences * context, 7];
    const shareUs = (rows: (string | number)[][]) => {
      const { measuredKernelShare, horizonSeconds } = simulate(scenarioOf(rows));
      return measuredKernelShare! * horizonSeconds * 1e6;
    };
    const grid = (from: number, to: number) => [1, 4].flatMap((sequences) => [core(sequences, from), core(sequences, to)]);
    const one = shareUs(grid(101, 101.5)); // the first of three steps
    expect(one).toBeGreaterThan(5);
    expect(shareUs(grid(101, 103))).toBeGreaterThan(2.8 * one);
    expect(shareUs(grid(104, 200))).toBe(0);
    expect(shareUs([core(3, 50), core(3, 200), core(4, 50), core(4, 200)])).toBe(0); // two sequences are fewer than any
  });

  test("is the same op by op, by forms and in the loop, on any deployment and load, and lies between 0 and 1", () => {
    isTheSameHoweverRun(fc.oneof(drawnScenario, loadedScenario).map(widely), "kernels");
  });
});
