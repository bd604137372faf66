import { type ExpertSlots, expertSlots } from "@tokenyard/placement";
import { ExpertLoad } from "@tokenyard/program";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { prepare } from "../setup/prepare.ts";
import { ExpertCaches } from "./expert-caches.ts";

const EXPERTS = 6;
const RANKS = 2;

function scenarioOf(expertCache: object): Scenario {
  const tier = { bandwidth: "1 GB/s", latency: "1 us" };
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 1,
      hiddenSize: 32,
      attention: { heads: 4, kvHeads: 4, headSize: 8 },
      experts: { count: EXPERTS, topK: 1, hiddenSize: 32 },
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "1 TB/s", memory: "1 GB" },
      network: { kind: "two-tier", node: tier, fabric: tier },
    },
    parallelism: { expert: RANKS },
    routing: { gate: { kind: "lognormal", sigma: 1 } },
    expertCache,
    workload: { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 },
  });
}

/** Experts in rows: 0, 1, 2 on the first rank, 3, 4, 5 on the second. */
const ROWS = expertSlots(EXPERTS, [
  [0, 1, 2],
  [3, 4, 5],
]);

/** Caches, and what looks experts up in them: how many of `wanted` were found. */
function cachesOf(expertCache: object) {
  const setup = prepare(scenarioOf(expertCache));
  const caches = new ExpertCaches(setup);
  const load = new ExpertLoad(1, { count: EXPERTS, topK: 1 }, RANKS);
  const find = (wanted: readonly number[], slots: ExpertSlots = ROWS): number => {
    load.enter(0, slots, undefined);
    for (let x = 0; x < EXPERTS; x++) load.copies[x] = wanted.includes(x) ? 1 : 0;
    load.route([wanted.length]);
    load.settle();
    const before = caches.columns().hits;
    caches.use(0, 0, load, undefined, 0);
    return caches.columns().hits - before;
  };
  return { caches, find };
}

const wanted = fc.array(fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }), { minLength: 1, maxLength: 12 });
const specs = fc.record({ kind: fc.constantFrom("lru", "lfu", "hottest"), perLayer: fc.nat(3) });

test("what a rank kept is gone with it: from then on it finds what it would from the start, and what was found before counts still", () => {
  fc.assert(
    fc.property(specs, wanted, wanted, (spec, before, after) => {
      const [lost, fresh] = [cachesOf(spec), cachesOf(spec)];
      let found = 0;
      for (const of of before) found += lost.find(of);
      for (let e = 0; e < RANKS; e++) lost.caches.forget(0, e);
      expect(lost.caches.columns().hits).toBe(found);
      for (const of of after) expect(lost.find(of)).toBe(fresh.find(of));
    }),
    { numRuns: drawnCases(16) },
  );
});

test("only of the rank that is lost", () => {
  const { caches, find } = cachesOf({ kind: "lru", perLayer: 1 });
  find([2, 5]);
  expect(find([2, 5])).toBe(2);
  caches.forget(0, 0);
  expect(find([5])).toBe(1);
});

test("an expert that moves gives up its place, and has one where it comes to if there is room; else it is missed there", () => {
  const moved = expertSlots(EXPERTS, [
    [0, 1],
    [2, 3, 4, 5],
  ]);
  const wide = cachesOf({ kind: "lru", perLayer: 4 });
  expect(wide.find([0, 1, 2, 3, 4, 5])).toBe(6);
  expect(wide.find([2], moved)).toBe(1); // the fourth on its rank
  expect(wide.find([2])).toBe(1); // and back
  const tight = cachesOf({ kind: "hottest", perLayer: 3 });
  expect(tight.find([0, 1, 2, 3, 4, 5])).toBe(6);
  expect(tight.find([2, 3, 4, 5], moved)).toBe(3);
  expect(tight.find([0, 1, 2])).toBe(3); // there is room where it was
});
