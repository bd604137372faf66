import type { Recording } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run, simulate } from "../simulate.ts";
import { balancedCaches, cachedScenario } from "./cached-scenario.contract.ts";

// A card of 1 TFLOPS whose memory is never in the way: a kernel takes its FLOPs · 10⁻¹² s.
const LINEARS = 2 * (4 * 1000 * 1000 + 2 * 1000 * 2000); // FLOPs of a token: qkv and output, up and down
const PAIR = 4 * 1000; // and of each token that it attends to

function scenario(workload: object, kv: object): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 1000,
      attention: { heads: 10, kvHeads: 10, headSize: 100 },
      dense: { hiddenSize: 2000, matrices: 2 },
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "1000 PB/s", memory: "64 GB" },
      network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "1 us" } },
    },
    workload,
    serving: { scheduler: "continuous", kv: { blockTokens: 16, ...kv } },
  });
}

/** Seconds of `tokens` new ones behind `past`. */
const seconds = (past: number, tokens: number) => 1e-12 * (tokens * LINEARS + PAIR * (tokens * past + (tokens * (tokens + 1)) / 2));

describe("a second prompt with a beginning that is cached", () => {
  // 100 of 130 tokens are alike: six whole blocks of 16. The first is answered long before the second comes.
  const alike = {
    kind: "open",
    requests: 2,
    rate: "1 requests/s",
    arrivals: "constant",
    prefix: { tokens: 100 },
    promptTokens: 30,
    outputTokens: 1,
  };

  test("has its first token after the rest of it is computed", () => {
    const { ttftSeconds, kv } = simulate(scenario(alike, { prefixCache: true }));
    expect(ttftSeconds!.max).toBeCloseTo(seconds(0, 130), 8);
    expect(2 * ttftSeconds!.mean! - ttftSeconds!.max!).toBeCloseTo(seconds(96, 34), 8);
    expect(kv).toMatchObject({ hitTokens: 96, hitShare: 96 / 260, evictions: 0, prefix: { hits: 1, keptBlocks: 10 } }); // 8, and 2 of its own
  });

  test("is computed whole without a prefix cache", () => {
    const { ttftSeconds, kv } = simulate(scenario(alike, {}));
    expect(ttftSeconds!.mean).toBeCloseTo(seconds(0, 130), 8);
    expect(kv).toMatchObject({ hitTokens: 0, hitShare: null });
    expect(kv).not.toHaveProperty("prefix");
  });

  test("waits for what the host has: its bytes over the link's bandwidth, and one latency", () => {
    // A request fills nine of the ten blocks, so the two classes drive each other out. A token leaves 2 · 1000 numbers of 2 bytes.
    const classes = ["alike", "other"].map((name) => ({ name, promptTokens: 30, outputTokens: 1, prefix: { tokens: 100 } }));
    const load = { kind: "open", requests: 40, rate: "1 requests/s", arrivals: "constant", classes };
    const hostTier = { size: "10 MB", bandwidth: "1 GB/s", latency: "3 ms" };
    const { ttftSeconds, queueSeconds, kv } = simulate(scenario(load, { blocks: 10, prefixCache: true, hostTier }));
    const loadSeconds = 0.003 + (96 * 4000) / 1e9;
    expect(kv!.prefix!.host!.loads).toBeGreaterThan(3);
    expect(kv!.prefix!.host!.meanLoadSeconds).toBeLessThanOrEqual(loadSeconds + 1e-9);
    expect(queueSeconds!.max).toBeCloseTo(loadSeconds, 8);
    expect(kv!.prefix!.host!.hitTokens).toBeLessThanOrEqual(96 * kv!.prefix!.host!.loads); // where a block of it is left, the load is shorter
    expect(ttftSeconds!.max).toBeCloseTo(loadSeconds + seconds(96, 34), 8);
  });
});

test("a host tier without room for a block is reported with what would do", () => {
  const batch = { kind: "batch", sequences: 1, promptTokens: 5, outputTokens: 5 };
  const tiny = scenario(batch, { prefixCache: true, hostTier: { size: "10 kB", bandwidth: "1 GB/s" } });
  expect(() => prepare(tiny)).toThrow("serving.kv.hostTier.size: 10 kB given; wanted at least 64 kB, a block of 16 tokens");
});

test("prompts that share nothing are served at the same times as without a prefix cache, unless one is preempted", () => {
  fc.assert(
    fc.property(loadedScenario, (drawn) => {
      const served = (prefixCache: boolean) => {
        const kv = { ...drawn.serving.kv!, prefixCache, blocks: 2000 };
        return run(prepare({ ...drawn, serving: { ...drawn.serving, kv } }), { rows: true });
      };
      expect(times(served(true))).toEqual(times(served(false)));
    }),
    { numRuns: drawnCases(24) },
  );
});

test("a request that shares nothing finds its own blocks again after a preemption, as far as their room was not taken", () => {
  const load = { kind: "open", requests: 6, rate: "1000 requests/s", arrivals: "constant", promptTokens: 64, outputTokens: 200 };
  const [without, within] = [{}, { prefixCache: true }].map((kv) => simulate(scenario(load, { blocks: 40, ...kv })).kv!);
  expect(Math.min(without!.preemptions, within!.preemptions)).toBeGreaterThan(0);
  expect(within!.hitTokens).toBe(0);
  const lost = ({ recomputedTokens, preemptions }: NonNullable<typeof within>) => recomputedTokens / preemptions;
  expect(lost(within!)).toBeLessThan(0.9 * lost(without!));
});

test("balancers that know what gives way choose the same, whether decode steps are timed together or one by one", () => {
  const known = balancedCaches.map((drawn) => ({
    ...drawn,
    serving: { ...drawn.serving, kv: { ...drawn.serving.kv!, blocks: 40, blockTokens: 4 } },
  }));
  fc.assert(
    fc.property(known, (drawn) => {
      const chosen = (executor: "form" | "loop") => times(run(prepare(drawn), { rows: true, executor })).requests;
      expect(chosen("form")).toEqual(chosen("loop"));
    }),
    { numRuns: drawnCases(40) },
  );
});

test("a load for a sequence that was preempted, and is done before it ends, does not make the run longer", () => {
  const hostTier = fc
    .record({ blocks: fc.integer({ min: 1, max: 12 }), bandwidth: fc.constantFrom(1e5, 1e6, 1e7) })
    .map(({ blocks, bandwidth }) => ({ size: blocks * 6144, bandwidth, latency: 0 })); // four tokens in three layers
  const slow = fc.tuple(cachedScenario, hostTier, fc.integer({ min: 14, max: 40 })).map(([drawn, tier, blocks]) => ({
    ...drawn,
    serving: { ...drawn.serving, kv: { ...drawn.serving.kv!, blocks, blockTokens: 4, hostTier: tier } },
  }));
  fc.assert(
    fc.property(slow, (drawn) => {
      const { requests, horizonNs } = run(prepare(drawn), { rows: true });
      const lasts = [...requests.status.keys()].map((r) => (requests.status[r] === 1 ? requests.finishedNs[r]! : requests.arrivedNs[r]!));
      expect(horizonNs).toBe(Math.max(...lasts));
    }),
    { numRuns: drawnCases(40) },
  );
});

test("no token of a prompt is both found and computed: passes compute what was asked for, less what was found", () => {
  fc.assert(
    fc.property(cachedScenario, (drawn) => {
      const { served } = run(prepare(drawn));
      const { cache, levels, promptTokens, outputTokens, firstTokens, recomputedTokens } = served!;
      const computed = levels!.tokens.reduce((sum, tokens) => sum + tokens, 0);
      expect(computed).toBe(promptTokens + outputTokens - firstTokens - cache!.hitTokens + recomputedTokens!);
    }),
    { numRuns: drawnCases(40) },
  );
});

/** All that depends on when something happened. */
function times({ served, requests, busyNs, waitingNs, idleNs, horizonNs, breakdown, work }: Recording) {
  const { cache: _, ...tallies } = served!;
  return { tallies, requests, busyNs, waitingNs, idleNs, horizonNs, breakdown, work };
}
