import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";

// On a faster machine nothing is later, as far as that is true: docs/laws.md says what is not. `pnpm fuzz` tries 500 plans.

const PLANS = Number(process.env["FUZZ_PLANS"] ?? 16);
const PERCENT = 0.01;

/** By how much a machine is faster, each at least 1. */
const gains = fc.record({
  compute: gain(),
  memory: gain(),
  nodeBandwidth: gain(),
  fabricBandwidth: gain(),
  nodeLatency: gain(),
  fabricLatency: gain(),
  launch: gain(),
});
type Gains = typeof gains extends fc.Arbitrary<infer G> ? G : never;

const NO_GAINS: Gains = { compute: 1, memory: 1, nodeBandwidth: 1, fabricBandwidth: 1, nodeLatency: 1, fabricLatency: 1, launch: 1 };

function gain(): fc.Arbitrary<number> {
  return fc.constantFrom(1, 1, 1.01, 1.5, 3, 20);
}

function faster(scenario: Scenario, by: Gains): Scenario {
  const { gpu, network } = scenario.cluster;
  const { node, fabric } = network;
  const compute =
    typeof gpu.compute === "number"
      ? gpu.compute * by.compute
      : Object.fromEntries(Object.entries(gpu.compute).map(([precision, peak]) => [precision, peak! * by.compute]));
  return {
    ...scenario,
    cluster: {
      ...scenario.cluster,
      gpu: { ...gpu, compute, bandwidth: gpu.bandwidth * by.memory, launch: gpu.launch / by.launch },
      network: {
        ...network,
        node: { bandwidth: node.bandwidth * by.nodeBandwidth, latency: node.latency / by.nodeLatency },
        fabric: { bandwidth: fabric.bandwidth * by.fabricBandwidth, latency: fabric.latency / by.fabricLatency },
      },
    },
  };
}

/** Far longer than any of the runs. */
const FOR_EVER = 1e6;
/** Popularity stays as it begins: what drifts is as time goes on, so that passes that begin earlier choose other experts. */
const still = (scenario: Scenario): Scenario => {
  const { gate, ...routing } = scenario.routing;
  if (gate.kind !== "drifting") return scenario;
  const { timeConstant: _, shiftAt: __, ...rest } = gate;
  return { ...scenario, routing: { ...routing, gate: { ...rest, shiftAt: FOR_EVER } } };
};
const inOrder = drawnScenario.filter(({ parallelism }) => (parallelism.interleave ?? 1) === 1).map(still);

test("of a static batch, not interleaved, in one piece or in halves, no first token, end or horizon is later on a faster machine", {
  timeout: 600_000,
}, () => {
  let halves = 0;
  let earlier = 0;
  fc.assert(
    fc.property(inOrder, gains, (scenario, by) => {
      const [slow, fast] = [scenario, faster(scenario, by)].map((each) => run(prepare(each)));
      expect(fast!.horizonNs).toBeLessThanOrEqual(slow!.horizonNs);
      for (const column of ["firstTokenNs", "finishedNs"] as const)
        fast!.requests[column].forEach((ns, request) => {
          expect(ns).toBeLessThanOrEqual(slow!.requests[column][request]!);
        });
      if (scenario.serving.overlap.kind === "two-batch") halves++;
      if (fast!.horizonNs < slow!.horizonNs) earlier++;
    }),
    { numRuns: PLANS },
  );
  expect(halves).toBeGreaterThan(PLANS / 10);
  expect(earlier).toBeGreaterThan(PLANS / 10);
});

const openLoads = fc.sample(
  loadedScenario.filter(({ workload, pools }) => workload.kind === "open" && pools === undefined),
  { seed: 15, numRuns: drawnCases(8) },
);

test.runIf(process.env["FUZZ_PLANS"] !== undefined)(
  "under an open load, the mean E2E over seeds is not longer on a faster machine by over 1 %",
  { timeout: 600_000 },
  () => {
    const by = { compute: 1.5, memory: 1.5, nodeBandwidth: 1.5, fabricBandwidth: 1.5, nodeLatency: 1.5, fabricLatency: 1.5, launch: 1.5 };
    for (const single of [by, ...Object.keys(by).map((key) => ({ ...NO_GAINS, [key]: 1.5 }))]) {
      for (const [plan, scenario] of openLoads.entries()) {
        const ratios = Array.from({ length: 16 }, (_, seed) => {
          const seeded = { ...scenario, seed };
          const [slow, fast] = [seeded, faster(seeded, single)].map((each) => simulate(each).e2eSeconds?.mean ?? undefined);
          return slow === undefined ? 1 : fast! / slow;
        });
        const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
        expect([plan, single, Math.max(mean, 1 + PERCENT)]).toEqual([plan, single, 1 + PERCENT]);
      }
    }
  },
);
