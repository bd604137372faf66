import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { struckScenario } from "../laws/struck-scenario.contract.ts";
import type { RunOptions } from "../options/run-options.ts";
import { differences, executorDifferences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// Laws of links that are down. Those of all faults are in faults.test.ts, and hold for these too.

const recorded = (scenario: Scenario, options?: RunOptions) => run(prepare(scenario), { rows: true, ...options });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const isOfLinks = ({ kind }: { readonly kind: string }) => kind.startsWith("switch") || (kind.startsWith("link") && kind !== "link-slow");
const law = (check: (scenario: Scenario) => void, numRuns: number) => lawOf(check, drawnCases(numRuns));
const lawOf = (check: (scenario: Scenario) => void, numRuns: number) =>
  fc.assert(
    fc.property(
      struckScenario
        .map((scenario): Scenario => ({ ...scenario, faults: scenario.faults!.filter(isOfLinks) }))
        .filter(({ faults }) => faults!.length > 0),
      check,
    ),
    { numRuns, endOnFailure: true },
  );

/** Two GPUs on nodes of their own that share every layer: all wait for every all-reduce. */
const alone = (more: object) =>
  parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 64, attention: { heads: 8, kvHeads: 4, headSize: 8 }, dense: { hiddenSize: 64, matrices: 3 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "1 us" },
      gpusPerNode: 1,
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    parallelism: { tensor: 2 },
    workload: { kind: "batch", sequences: 3, promptTokens: 70, outputTokens: 9 },
    communication: { giveUp: "1 s" },
    ...more,
  });

test("collectives that wait for links make a run longer by as much as they stand still, where all wait for all", () => {
  const plain = recorded(alone({}));
  fc.assert(
    fc.property(fc.nat(400), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 5 }), fc.nat(1), (at, down, cycles, rank) => {
      const faults = [{ kind: "link-flap", at: `${at} us`, cycles, down: `${down} us`, up: "37 us", ranks: [rank] }];
      const held = recorded(alone({ faults }));
      const stoodStill = sum(held.delaysNs!.map((ns) => ns.sum));
      expect(held.horizonNs).toBe(plain.horizonNs + stoodStill);
      const downNs = held.faults![0]!.links!.downNs;
      expect(stoodStill).toBeLessThanOrEqual(downNs);
      expect(sum(held.lostNs)).toBe(0);
    }),
    { numRuns: drawnCases(24) },
  );
});

test("a link that is down while an all-reduce runs holds it up until then: by hand", () => {
  const { spans, opKinds: kinds } = recorded(alone({}), { spans: { fromNs: 0, toNs: 1e9 } });
  const reduces = [...spans!.kind.keys()].filter((i) => kinds[spans!.kind[i]!]!.name === "all-reduce");
  const first = reduces.reduce((best, i) => (spans!.startNs[i]! < spans!.startNs[best]! ? i : best));
  const [startNs, endNs] = [spans!.startNs[first]!, spans!.endNs[first]!];
  const downAtNs = startNs + Math.floor((endNs - startNs) / 2);
  const faults = [{ kind: "link-lost", at: `${downAtNs} ns`, for: "50 us", ranks: [1] }];
  const { delaysNs, opKinds } = recorded(alone({ faults }));
  const kind = opKinds.findIndex(({ name }) => name === "all-reduce");
  expect([delaysNs![kind]!.count, delaysNs![kind]!.sum]).toEqual([1, 50_000]);
});

test("runs whose links fail are the same however passes are timed, and all that can become of collectives is met", { tags: "long" }, () => {
  const seen = { held: 0, retries: 0, gaveUp: 0, reported: 0 };
  let left = drawnCases(24);
  const isEnough = () => left <= 0 && Object.values(seen).every((count) => count > 0);
  lawOf((scenario) => {
    if (isEnough()) return; // few cases may not meet all: then there are more
    left--;
    expect(executorDifferences(scenario)).toEqual([]);
    const quick = recorded(scenario);
    seen.held += sum((quick.delaysNs ?? []).map(({ count }) => count));
    for (const { links, detectedBy } of quick.faults!) {
      seen.retries += links!.retries;
      seen.gaveUp += links!.gaveUp;
      if (detectedBy === "communication") seen.reported++;
    }
  }, 240);
  for (const [what, count] of Object.entries(seen)) expect({ what, isMet: count > 0 }).toEqual({ what, isMet: true });
});

test("links that no replica needs strike nothing: only their own entry is added to the report", () => {
  law((scenario) => {
    const health = { ...scenario.health!, inFlight: "fail" as const }; // of requests that may begin again the log keeps more
    const inOneNode = { ...scenario, health, cluster: { ...scenario.cluster, gpusPerNode: 64 } };
    const faults = scenario.faults!.map((fault) =>
      fault.kind === "switch-lost"
        ? { ...fault, leaves: [0] }
        : ({ ...fault, ...("nodes" in fault && fault.nodes !== undefined ? { nodes: [0] } : {}) } as typeof fault),
    );
    const { faults: rows, coverage, downNs, scenario: _, routing, ...struck } = recorded({ ...inOneNode, faults });
    const { faults: none, scenario: __, routing: plainRouting, ...plain } = recorded({ ...inOneNode, faults: undefined });
    expect(none).toBeUndefined();
    expect(differences(struck, plain)).toEqual([]);
    for (const [phase, { maskedPerLayer = [], ...copies }] of routing.entries()) {
      expect(sum(maskedPerLayer)).toBe(0);
      expect(differences(copies, { ...plainRouting[phase], maskedPerLayer: undefined })).toEqual([]);
    }
    for (const row of rows!) expect(row.links).toMatchObject({ struck: 0, times: 0, stops: 0 });
  }, 12);
});

/** Experts on GPUs of nodes of their own, under load, whose links are down for longer than collectives wait. */
const anyLocal = fc
  .record({
    expert: fc.constantFrom(2, 4),
    topK: fc.constantFrom(1, 2),
    gate: fc.constantFrom("balanced", "uniform", { kind: "lognormal", sigma: 1 }),
    dispatch: fc.constantFrom("by-phase", "per-token", "per-copy"),
    overlap: fc.constantFrom("none", { kind: "two-batch", least: 2 }),
    capacityFactor: fc.constantFrom(undefined, 1),
    at: fc.integer({ min: 0, max: 900 }),
    down: fc.integer({ min: 60, max: 500 }),
    rank: fc.nat(1),
    seed: fc.nat(1000),
  })
  .map(({ expert, topK, gate, dispatch, overlap, capacityFactor, at, down, rank, seed }) => ({
    seed,
    model: {
      layers: 2,
      hiddenSize: 64,
      attention: { heads: 8, kvHeads: 4, headSize: 8 },
      experts: { count: 4, topK, hiddenSize: 64, shared: 0 },
    },
    parallelism: { expert },
    routing: { gate, dispatch, ...(capacityFactor === undefined ? {} : { capacityFactor }) },
    workload: { kind: "open", requests: 12, rate: "20000 requests/s", promptTokens: 20, outputTokens: 9 },
    serving: { scheduler: "continuous", overlap },
    health: { onLoss: "hang" },
    communication: { giveUp: "50 us", fallback: "local-experts" },
    faults: [{ kind: "link-lost", at: `${at} us`, for: `${down} us`, ranks: [rank] }],
  }));

test("with local experts a run goes on while links are down, without the copies for other ranks, which are masked and counted; again the same however it is timed", () => {
  const seen = { localNs: 0, masked: 0 };
  fc.assert(
    fc.property(anyLocal, (given) => {
      const scenario = alone(given);
      const [quick, slow] = [recorded(scenario), recorded(scenario, { executor: "stages" })];
      const { scenario: _, routing, ...rest } = quick;
      const { scenario: __, routing: others, ...single } = slow;
      expect(differences(rest, single)).toEqual([]);
      const [fault] = quick.faults!;
      let masked = 0;
      for (const { routed, kept, dropped, maskedPerLayer = [] } of routing) {
        expect(kept + dropped + sum(maskedPerLayer)).toBe(routed);
        masked += sum(maskedPerLayer);
      }
      expect(sum(others.flatMap(({ maskedPerLayer = [] }) => [...maskedPerLayer]))).toBe(masked);
      expect(fault!.degradedTokens).toBe(masked);
      if (fault!.links!.localNs === 0) expect(masked).toBe(0);
      expect(quick.served!.finished).toBe(quick.served!.arrived);
      seen.localNs += fault!.links!.localNs;
      seen.masked += masked;
    }),
    { numRuns: drawnCases(24), endOnFailure: true },
  );
  expect(seen.localNs).toBeGreaterThan(0);
  expect(seen.masked).toBeGreaterThan(0);
});

test("where every rank holds every expert, local experts mask nothing", () => {
  let localNs = 0;
  fc.assert(
    fc.property(anyLocal, (given) => {
      const spares = { kind: "hot-copies", perLayer: 4 * (given.parallelism.expert - 1), place: "any" };
      const { faults, routing } = recorded(alone({ ...given, spares }));
      expect(sum(routing.flatMap(({ maskedPerLayer = [] }) => [...maskedPerLayer]))).toBe(0);
      localNs += faults![0]!.links!.localNs;
    }),
    { numRuns: drawnCases(16), endOnFailure: true },
  );
  expect(localNs).toBeGreaterThan(0);
});

test("links that are down hold up no pass that sends nothing: the tokens of a sequence whose experts are on its rank come as without them, however they are timed", () => {
  const given = (more?: object) =>
    alone({
      model: {
        layers: 2,
        hiddenSize: 64,
        attention: { heads: 8, kvHeads: 4, headSize: 8 },
        experts: { count: 4, topK: 1, hiddenSize: 64 },
      },
      parallelism: { expert: 2 },
      routing: { gate: "balanced" }, // a token's copy goes to the first expert
      workload: { kind: "closed", requests: 1, concurrency: 1, promptTokens: 1, outputTokens: 60 },
      serving: { scheduler: "continuous" },
      health: { onLoss: "hang" },
      ...more,
    });
  const plain = recorded(given());
  fc.assert(
    fc.property(fc.nat(700), fc.integer({ min: 1, max: 900 }), fc.nat(1), (at, down, rank) => {
      const struck = given({ faults: [{ kind: "link-lost", at: `${at} us`, for: `${down} us`, ranks: [rank] }] });
      expect(recorded(struck).horizonNs).toBe(plain.horizonNs);
      expect(executorDifferences(struck)).toEqual([]);
    }),
    { numRuns: drawnCases(16), endOnFailure: true },
  );
  expect(plain.horizonNs).toBeGreaterThan(700_000);
});
