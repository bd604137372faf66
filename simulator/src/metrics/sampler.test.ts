import type { FamilyKey } from "@tokenyard/metrics";
import { LANE_OF_KIND, NETWORK, OP_KINDS } from "@tokenyard/program";
import { parseScenario, type Scenario, WATCHED } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { mayStartOver, mayTryAgain } from "../inputs/may-follow.ts";
import { cachedScenario } from "../laws/cached-scenario.contract.ts";
import { struckAndRetried } from "../laws/retried-scenario.contract.ts";
import { struckScenario } from "../laws/struck-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { differences, plain } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { sampled } from "./sampled.contract.ts";

const law = (check: (scenario: Scenario) => void, numRuns = 5) => {
  for (const scenarios of [loadedScenario, struckScenario, drawnScenario])
    fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(numRuns), endOnFailure: true });
};

/** With a capacity that drops some. */
const tight = (scenario: Scenario): Scenario => ({ ...scenario, routing: { ...scenario.routing, capacityFactor: 0.8 } });

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test("a run goes as it goes, sampled or not", () => {
  law((scenario) => {
    const unsampled = run(prepare(scenario), { rows: true });
    const { recording } = sampled(scenario, 7, { rows: true }, unsampled.horizonNs);
    expect(differences(plain(recording), plain(unsampled))).toEqual([]);
  });
});

test("by the end, samples have reported all that was done: kernels, transfers, bytes, copies, tokens, requests", () => {
  law((scenario) => {
    const { kept, recording, horizonNs } = sampled(scenario, 1);
    const last = kept.samples.at(-1)!;
    if (horizonNs === 0) return;
    const { busyNs, work, ranks } = recording;
    for (const [key, lane] of [
      ["computeUse", 0],
      ["networkUse", 1],
    ] as const) {
      for (let rank = 0; rank < ranks; rank++) {
        const own = OP_KINDS.map(({ name }, kind) => (LANE_OF_KIND[kind] === lane && name !== "host" ? kind : -1)).filter(
          (kind) => kind >= 0,
        );
        const busy = sum(own.flatMap((kind) => [0, 1].map((phase) => busyNs[(rank * 2 + phase) * OP_KINDS.length + kind]!)));
        expect(Math.abs(last.get(key)![rank]! * horizonNs - busy)).toBeLessThanOrEqual(1e-6 * (busy + 1));
      }
    }
    const kind = OP_KINDS.findIndex(({ name }) => name === "experts");
    for (let rank = 0; rank < ranks; rank++) {
      const inExperts = sum([0, 1].map((phase) => busyNs[(rank * 2 + phase) * OP_KINDS.length + kind]!));
      expect(Math.abs(last.get("expertUse")![rank]! * horizonNs - inExperts)).toBeLessThanOrEqual(1e-6 * (inExperts + 1));
    }
    if (scenario.pools === undefined) {
      const bytes = sum(last.get("memoryBandwidthUse")!) * work.peakMemoryBytesPerSecond * (horizonNs / 1e9);
      expect(Math.abs(bytes - work.memoryBytes)).toBeLessThanOrEqual(1e-6 * (work.memoryBytes + 1));
      const flops = sum(last.get("flopsUse")!) * work.peakFlopsPerSecond * (horizonNs / 1e9);
      expect(Math.abs(flops - work.flops)).toBeLessThanOrEqual(1e-6 * (work.flops + 1));
    }
    const copies = last.get("expertCopies");
    if (copies !== undefined) expect(sum(copies)).toBe(sum(recording.routing.map(({ routed }) => routed)));
    if (recording.served !== undefined) {
      expect(last.get("finished")![0]).toBe(recording.served.finished);
      if (recording.served.recomputedTokens === 0 && recording.served.failed === 0 && recording.faults === undefined)
        expect(sum(last.get("outputTokens")!)).toBe(recording.served.outputTokens);
    }
  });
});

test("counters never fall", () => {
  law((scenario) => {
    const { kept } = sampled(scenario, 9);
    expect(kept.atMs).toEqual([...kept.atMs].sort((a, b) => a - b));
    for (const key of ["tokens", "outputTokens", "finished", "preempted", "collective", "expertCopies", "ttft", "itl", "e2e"] as const) {
      for (let i = 1; i < kept.samples.length; i++) {
        const before = kept.samples[i - 1]!.get(key);
        kept.samples[i]!.get(key)?.forEach((value, at) => void expect(value).toBeGreaterThanOrEqual(before![at]!));
      }
    }
  });
});

test("requests in flight are without a token or have one, as many as the histogram of first tokens has, less those that have left or begun again", () => {
  for (const scenarios of [loadedScenario, struckAndRetried, drawnScenario]) {
    const holds = fc.property(scenarios, (scenario) => {
      const { kept } = sampled(scenario, 20);
      const startsOver = mayStartOver(scenario) || mayTryAgain(scenario);
      for (const sample of kept.samples) {
        const [unanswered, inFlight] = [sample.get("unanswered")![0]!, sample.get("inFlight")![0]!];
        expect(unanswered).toBeGreaterThanOrEqual(0);
        expect(unanswered).toBeLessThanOrEqual(inFlight);
        const firsts = sample.get("ttft")!.at(-2)!;
        const left = sample.get("finished")![0]!;
        if (!startsOver && scenario.faults === undefined && scenario.retries === undefined)
          expect(inFlight - unanswered).toBe(firsts - left);
        else expect(inFlight - unanswered).toBeLessThanOrEqual(firsts);
      }
    });
    fc.assert(holds, { numRuns: drawnCases(10), endOnFailure: true });
  }
});

test("no bound that a rule is refused for is ever passed: what is watched is never more than its most, nor less than 0", () => {
  const beyond = new Set<string>();
  for (const scenarios of [loadedScenario, struckAndRetried, drawnScenario.map(tight), cachedScenario]) {
    const holds = fc.property(scenarios, (scenario) => {
      const { kept } = sampled(scenario, 50);
      for (const { name, kind, most = Number.POSITIVE_INFINITY } of WATCHED)
        for (const sample of kind === "level" ? kept.samples : [])
          for (const value of sample.get(name as FamilyKey) ?? []) if (!(value >= 0 && value <= most)) beyond.add(`${name}: ${value}`);
      expect([...beyond]).toEqual([]);
    });
    fc.assert(holds, { numRuns: drawnCases(6), endOnFailure: true });
  }
});

test("what is sampled does not grow with the run", () => {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, experts: { count: 4, topK: 1, hiddenSize: 64 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    parallelism: { expert: 4 },
    routing: { capacityFactor: 1.2 },
    workload: { kind: "open", requests: 300, rate: "1 requests/s", promptTokens: 64, outputTokens: 4 },
    serving: { scheduler: "continuous" },
    alerts: { every: "1 s", rules: [{ name: "Full", metric: "expertCapacityUse", by: ["layer", "expert"], over: "10 s", above: "90 %" }] },
  });
  const { alerts, horizonNs } = run(prepare(scenario));
  expect(horizonNs).toBeGreaterThan(200e9);
  expect(alerts![0]!.episodes.length).toBeLessThanOrEqual(1_000);
  expect(OP_KINDS.some((_, kind) => LANE_OF_KIND[kind] === NETWORK)).toBe(true);
});
