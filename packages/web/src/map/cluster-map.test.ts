import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { prepare, run } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { mapping } from "./cluster-map.ts";
import { colouringsOf } from "./colouring.ts";

const given = {
  tokenyard: 1,
  model: {
    layers: 4,
    hiddenSize: 256,
    attention: { heads: 8, kvHeads: 8, headSize: 32 },
    experts: { count: 16, topK: 2, hiddenSize: 256, matrices: 2 },
  },
  cluster: {
    gpu: {
      compute: "1 TFLOPS",
      computeEfficiency: "60 %",
      bandwidth: "100 GB/s",
      bandwidthEfficiency: "80 %",
      memory: "1 GB",
      power: { idle: "100 W", peak: "700 W" },
    },
    network: { kind: "two-tier", node: { bandwidth: "2 GB/s", latency: "2 us" }, fabric: { bandwidth: "1 GB/s", latency: "5 us" } },
  },
  routing: { gate: { kind: "zipf", exponent: 1 } },
  parallelism: { expert: 4, data: 2 },
  workload: { kind: "closed", requests: 60, concurrency: 8, promptTokens: 40, outputTokens: 20 },
  serving: { scheduler: { kind: "continuous", tokenBudget: 256, maxSequences: 16 }, overlap: "none" },
};

/** The map of a run, with its recording. */
function mapOf(scenario: Scenario) {
  const { horizonNs } = run(prepare(scenario));
  const setup = prepare(scenario);
  const { options, made } = mapping(setup, horizonNs);
  const recording = run(setup, options);
  return { map: made(recording), recording };
}

/** Seconds of each interval. */
function secondsOf(endNs: Float64Array): Float64Array {
  return endNs.map((ns, at) => (ns - (at === 0 ? 0 : endNs[at - 1]!)) / 1e9);
}

test("power over all GPUs and intervals is the energy of the report, and FLOPs and time in experts are those of the run", () => {
  const { map, recording } = mapOf(parseScenario(given));
  const ranks = map.nodeOfRank.length;
  const seconds = secondsOf(map.endNs);
  const whole = (values: Float32Array) => values.reduce((sum, each, at) => sum + each * seconds[Math.floor(at / ranks)]!, 0);
  const valuesOf = (name: string) => map.columns.find(({ family }) => family === name)!.values;
  expect(whole(map.watts!) / recording.energy!.gpuJoules).toBeCloseTo(1, 5);
  const flopSeconds = whole(valuesOf("flopsUse"));
  expect((flopSeconds * 1e12) / recording.work.flops).toBeCloseTo(1, 5);
  const byteSeconds = whole(valuesOf("memoryBandwidthUse"));
  const idle = (100 * ranks * recording.horizonNs) / 1e9;
  expect((idle + 600 * (flopSeconds / 0.6 + byteSeconds / 2 / 0.8)) / recording.energy!.gpuJoules).toBeCloseTo(1, 5);
  for (const watts of map.watts!.subarray(ranks)) {
    expect(watts).toBeGreaterThanOrEqual(100 - 1e-3);
    expect(watts).toBeLessThanOrEqual(700);
  }
  const kind = recording.opKinds.findIndex(({ name }) => name === "experts");
  let expertNs = 0;
  for (let at = kind; at < recording.busyNs.length; at += recording.opKinds.length) expertNs += recording.busyNs[at]!;
  expect((whole(valuesOf("expertUse")) * 1e9) / expertNs).toBeCloseTo(1, 5);
});

test("expert load at an instant is 1 in the mean of a stage whose experts ran", () => {
  const { map } = mapOf(parseScenario(given));
  const load = colouringsOf(map).find(({ key }) => key === "expertLoad")!;
  const ranks = [0, 1, 2, 3];
  const means = Array.from(map.endNs, (_, instant) => ranks.reduce((sum, rank) => sum + load.value(rank, instant), 0) / 4);
  expect(means.some((mean) => mean > 0)).toBe(true);
  for (const mean of means) if (mean > 0) expect(mean).toBeCloseTo(1, 6);
});

test("a plan without power has none on its map, and one without experts no load of them", () => {
  const { compute, bandwidth, memory } = given.cluster.gpu;
  const { experts: _, ...dense } = given.model;
  const { map } = mapOf(
    parseScenario({
      ...given,
      model: { ...dense, dense: { hiddenSize: 512 } },
      cluster: { ...given.cluster, gpu: { compute, bandwidth, memory } },
      routing: undefined,
      parallelism: { data: 2 },
    }),
  );
  expect(map.watts).toBeUndefined();
  expect(colouringsOf(map).map(({ key }) => key)).not.toContain("watts");
  expect(colouringsOf(map).map(({ key }) => key)).not.toContain("expertLoad");
});
