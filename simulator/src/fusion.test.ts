import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "./drawn-scenario.contract.ts";
import { fitted } from "./fitted-scenario.contract.ts";
import { simulate } from "./simulate.ts";

const [TOKENS, HIDDEN, INNER, TOP_K, BYTES] = [100, 64, 32, 2, 2] as const;
const BANDWIDTH = 1e9;
const LAUNCH = 5e-6;

/** One GPU whose memory alone takes time, one layer with experts, one prompt and one token. */
function ttft(fusion: object | undefined, matrices = 3): number {
  const { ttftSeconds } = simulate(
    parseScenario({
      tokenyard: 1,
      model: {
        hiddenSize: HIDDEN,
        layers: 1,
        attention: { heads: 4, kvHeads: 4, headSize: 16 },
        experts: { count: 4, topK: TOP_K, hiddenSize: INNER, matrices },
      },
      cluster: {
        gpu: { compute: "1000000 PFLOPS", bandwidth: `${BANDWIDTH} B/s`, memory: "1 GB", launch: "5 us" },
        network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "0 s" }, fabric: { bandwidth: "1 GB/s", latency: "0 s" } },
      },
      serving: fusion === undefined ? {} : { fusion },
      workload: { kind: "batch", sequences: 1, promptTokens: TOKENS, outputTokens: 1 },
    }),
  );
  return ttftSeconds!.mean;
}

test("kernels that are not fused take their launches, and the bytes that lie between them: a sum by hand", () => {
  const fused = ttft(undefined);
  const copies = TOKENS * TOP_K;
  // gate and up each read what both read together, and write what the activation reads back; two launches more
  const apart = 2 * LAUNCH + (copies * HIDDEN * BYTES + copies * INNER * BYTES * 3) / BANDWIDTH;
  // a norm before the attention and one before the gate, each reads and writes the token and its residual
  const norms = 2 * (LAUNCH + (TOKENS * HIDDEN * BYTES * 4) / BANDWIDTH);
  expect(ttft({ feedForward: false }) - fused).toBeCloseTo(apart, 8); // ops are rounded to nanoseconds
  expect(ttft({ norms: false }) - fused).toBeCloseTo(norms, 8);
  expect(ttft({ feedForward: false, norms: false }) - fused).toBeCloseTo(apart + norms, 8);
  expect(ttft({ feedForward: false }, 2) - ttft(undefined, 2)).toBeCloseTo(LAUNCH + (copies * INNER * BYTES * 2) / BANDWIDTH, 8); // the activation alone
  expect(ttft({})).toBe(fused);
});

const apart = (scenario: Scenario): Scenario => ({
  ...scenario,
  serving: { ...scenario.serving, fusion: { feedForward: false, norms: false } },
});
const horizon = (scenario: Scenario) => simulate(scenario).horizonSeconds;

/** Without what depends on time. */
function even({ rebalance: _, ...scenario }: Scenario): Scenario {
  const { capacityControl: __, ...routing } = scenario.routing;
  return { ...scenario, routing: { ...routing, gate: { kind: "balanced" } } };
}

test("fusing kernels never makes a batch longer under the roofline, and serves the same tokens", () => {
  fc.assert(
    fc.property(drawnScenario, (scenario) => {
      const [together, separate] = [simulate(even(scenario)), simulate(apart(even(scenario)))];
      expect(separate.horizonSeconds).toBeGreaterThanOrEqual(together.horizonSeconds);
      expect(separate.tokens).toEqual(together.tokens);
    }),
    { numRuns: 40 },
  );
});

test("fitted kernels have what they were fitted with, and can be taken apart", () => {
  fc.assert(
    fc.property(drawnScenario, (scenario) => {
      expect(horizon(apart(fitted(scenario)))).toBeGreaterThan(0);
    }),
    { numRuns: 15 },
  );
});
