import { createTokenRouter, loadVariance, type TokenRouter } from "@tokenyard/model";
import { compilePlan, type ExpertSlots, maxOverMeanOf, placeExperts, rankLoads, rebalanced } from "@tokenyard/placement";
import { Streams } from "@tokenyard/random";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

// Whether the ranks of experts are loaded with a load variance under 20 %, for any seed: what docs/models.md says of copies of experts.

interface Sizes {
  readonly experts: number;
  readonly topK: number;
  readonly ranks: number;
  readonly tokens: number;
  readonly gate: object | string;
  readonly spareSlots: number;
}

function scenarioOf({ experts, topK, ranks, gate, spareSlots }: Sizes): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 64,
      attention: { heads: 8, kvHeads: 8, headSize: 8 },
      experts: { count: experts, topK, hiddenSize: 32 },
    },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    parallelism: { expert: ranks },
    routing: { gate, ...(spareSlots === 0 ? {} : { placement: { kind: "redundant", spareSlots } }) },
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
}

/**
 * Load variance of the experts, of their ranks, and the fullest of these over the mean, in a micro-batch of one layer, with experts placed by the gate's own
 * statistics, and then moved as EPLB has them by what came in a `window` of micro-batches of so many tokens before.
 */
function spread(sizes: Sizes, seed: number, window?: { readonly microBatches: number; readonly tokens: number }) {
  const scenario = scenarioOf(sizes);
  const streams = new Streams(seed);
  const router: TokenRouter = createTokenRouter(scenario.model, scenario.routing.gate, streams);
  const plan = compilePlan(scenario);
  let slots: ExpertSlots = placeExperts(scenario, plan, (layer) => router.shares?.(layer)).slots(0);
  const counts = new Float64Array(sizes.experts);
  if (window !== undefined) {
    router.route(0, [window.microBatches * window.tokens], streams.stream("window"), counts); // as many tokens at once: the same law
    slots = rebalanced(
      counts,
      slots,
      scenario,
      { kind: "eplb", every: window.microBatches, below: 1, move: { kind: "sync" }, from: { kind: "peers" } },
      plan,
    );
  }
  router.route(0, [sizes.tokens], streams.stream("tokens"), counts);
  const loads = rankLoads(counts, slots);
  return { byExpert: loadVariance(counts), variance: loadVariance(loads), most: maxOverMeanOf(loads) };
}

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const variances = (sizes: Sizes) => Array.from({ length: 40 }, (_, seed) => spread(sizes, seed).variance);

describe("16 experts on 16 ranks, one each a token, as in the plan", () => {
  const plan = { experts: 16, topK: 1, ranks: 16, tokens: 4000, gate: "uniform", spareSlots: 0 };
  const skewed = { ...plan, tokens: 20_000, gate: { kind: "lognormal", sigma: 1.05 } };

  test("are under 20 % by expert and by rank from 4,000 tokens on with an even gate, for any seed", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 4000, max: 100_000 }), (seed, tokens) => {
        const { byExpert, variance } = spread({ ...plan, tokens }, seed);
        expect(Math.max(byExpert, variance)).toBeLessThan(0.2);
      }),
      { numRuns: drawnCases(24) },
    );
  });

  test("are over 20 % by expert and by rank in decode steps of 16 tokens, whatever the gate and the moves, for any seed, with none or two spare slots", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom("uniform", skewed.gate), fc.constantFrom(0, 2, 16, 32), (seed, gate, spareSlots) => {
        const { byExpert, variance } = spread({ ...plan, tokens: 16, gate, spareSlots }, seed, { microBatches: 64, tokens: 16 });
        expect(byExpert).toBeGreaterThan(0.2);
        if (spareSlots <= 2) expect(variance).toBeGreaterThan(0.2);
      }),
      { numRuns: drawnCases(24) },
    );
  });

  test("by rank with one or two spare slots a rank, are under it in no more than one of a hundred such steps, by chance", {
    tags: "long",
  }, () => {
    let under = 0;
    for (const gate of ["uniform", skewed.gate]) {
      for (const spareSlots of [16, 32]) {
        const step = { ...plan, tokens: 16, gate, spareSlots };
        for (let seed = 0; seed < 250; seed++) if (spread(step, seed, { microBatches: 64, tokens: 16 }).variance < 0.2) under++;
      }
    }
    expect(under).toBeLessThanOrEqual(10); // 36 of 16,000
  });

  test("by expert are over 20 % for any seed under an uneven gate: spare slots and moves change who computes, not who is chosen", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0, 2, 32), (seed, spareSlots) => {
        expect(spread({ ...skewed, spareSlots }, seed, { microBatches: 64, tokens: 20_000 }).byExpert).toBeGreaterThan(0.2);
      }),
      { numRuns: drawnCases(24) },
    );
  });

  test("moved by what came in a window, are over 20 % by rank with none or two spare slots and under it with two a rank, for any seed", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 4000, max: 40_000 }), (seed, tokens) => {
        const of = (spareSlots: number) => spread({ ...skewed, tokens, spareSlots }, seed, { microBatches: 64, tokens }).variance;
        expect(Math.min(of(0), of(2))).toBeGreaterThan(0.2);
        expect(of(32)).toBeLessThan(0.2);
      }),
      { numRuns: drawnCases(24) },
    );
  });

  test("are over 20 % for every seed with an uneven gate and none or two spare slots, though placed by its own statistics", () => {
    for (const spareSlots of [0, 2]) {
      fc.assert(
        fc.property(seeds, (seed) => {
          expect(spread({ ...skewed, spareSlots }, seed).variance).toBeGreaterThan(0.2);
        }),
        { numRuns: drawnCases(30) },
      );
    }
  });

  test("are under 20 % for any seed with two spare slots a rank", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(spread({ ...skewed, spareSlots: 32 }, seed).variance).toBeLessThan(0.2);
      }),
      { numRuns: drawnCases(30) },
    );
  });
});

describe("256 experts on 32 ranks, eight each a token, under a gate of the skew that was measured on DeepSeek-R1", () => {
  const large = { experts: 256, topK: 8, ranks: 32, tokens: 16_384, gate: { kind: "lognormal", sigma: 1.05 }, spareSlots: 0 };

  test("are over 20 % in rows, about as uneven as measured: 48 %, and 2.56 times the mean on the fullest", { tags: "long" }, () => {
    const mean = variances(large).reduce((sum, each) => sum + each, 0) / 40;
    expect(Math.min(...variances(large))).toBeGreaterThan(0.2);
    expect(mean).toBeGreaterThan(0.36);
    expect(mean).toBeLessThan(0.5);
  });

  test("are under the 5 % that were measured with 32 spare slots, for any seed, where statistics match what comes", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { variance, most } = spread({ ...large, spareSlots: 32 }, seed);
        expect(variance).toBeLessThan(0.05);
        expect(most).toBeLessThan(1.11);
      }),
      { numRuns: drawnCases(12) },
    );
  });
});
