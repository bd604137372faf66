import { expertSlotBytes } from "@tokenyard/placement";
import { summarize } from "@tokenyard/report";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { caches, hosts, offloadable, prefetches } from "../laws/guessed-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

type CacheSpec = NonNullable<Scenario["expertCache"]>;
type Prefetch = NonNullable<CacheSpec["prefetch"]>;

function recorded(scenario: Scenario, expertCache: CacheSpec, prefetch?: Prefetch) {
  return run(prepare({ ...scenario, expertCache: prefetch === undefined ? expertCache : { ...expertCache, prefetch } }));
}

test("guesses 0 layers ahead are none, and guesses that are never right take no time: misses go first", () => {
  fc.assert(
    fc.property(offloadable, caches, fc.integer({ min: 1, max: 3 }), (scenario, cache, depth) => {
      const plain = recorded(scenario, cache);
      const [none, wrong] = [recorded(scenario, cache, { depth: 0, hitChance: 1 }), recorded(scenario, cache, { depth, hitChance: 0 })];
      expect(none.expertCache).toEqual(plain.expertCache);
      for (const other of [none, wrong])
        for (const key of ["horizonNs", "busyNs", "waitingNs", "idleNs", "work"] as const) expect(other[key]).toEqual(plain[key]);
      const { prefetch, ...reported } = wrong.expertCache!;
      expect(reported).toEqual(plain.expertCache);
      expect(prefetch).toMatchObject({ right: 0, ahead: 0 });
      expect(prefetch!.wastedBytes).toBe(prefetch!.bytes);
    }),
    { numRuns: drawnCases(10) },
  );
});

test("what is missed comes ahead, is loaded or is computed on the host, and what came through links is what was loaded and what was wasted", () => {
  let ahead = 0;
  let wasted = 0;
  fc.assert(
    fc.property(offloadable, caches, prefetches, hosts, (given, cache, prefetch, host) => {
      const scenario = host === undefined ? given : { ...given, cluster: { ...given.cluster, host } };
      const setup = prepare({ ...scenario, expertCache: { ...cache, prefetch } });
      const { misses, loads, onHost, bytes, prefetch: reported } = run(setup).expertCache!;
      const expertBytes = expertSlotBytes(scenario, setup.plan) * setup.plan.tensor;
      expect(loads + onHost + reported!.ahead).toBe(misses);
      expect(reported!.right).toBeLessThanOrEqual(reported!.guesses);
      const came = (bytes + reported!.bytes - reported!.wastedBytes) / expertBytes;
      expect(Math.abs(came - (loads + reported!.ahead))).toBeLessThan(1e-6 * (1 + misses));
      ahead += reported!.ahead;
      wasted += reported!.wastedBytes;
    }),
    { numRuns: drawnCases(20) },
  );
  expect(ahead).toBeGreaterThan(0);
  expect(wasted).toBeGreaterThan(0);
});

test("times are the same op by op and visit by visit", () => {
  fc.assert(
    fc.property(offloadable, caches, prefetches, (scenario, cache, prefetch) => {
      const setup = () => prepare({ ...scenario, expertCache: { ...cache, prefetch } });
      const [whole, apart] = [run(setup()), run(setup(), { executor: "stages" })];
      expect(whole.horizonNs).toBe(apart.horizonNs);
      expect(whole.busyNs).toEqual(apart.busyNs);
      expect(whole.expertCache).toEqual(apart.expertCache);
    }),
    { numRuns: drawnCases(12) },
  );
});

/** Four experts on one GPU, none of which it keeps, top 4: each layer needs all, of 1 ms each through the link; kernels of 10 ms a layer and more. */
function slow(hitChance: number | undefined, link = "196.608 MB/s", outputTokens = 1): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 3,
      hiddenSize: 256,
      attention: { heads: 8, kvHeads: 8, headSize: 32 },
      experts: { count: 4, topK: 4, hiddenSize: 128 },
    },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB", launch: "2 ms" },
      gpusPerNode: 1,
      network: { kind: "two-tier", node: { bandwidth: "1 GB/s", latency: "1 us" }, fabric: { bandwidth: "1 GB/s", latency: "1 us" } },
    },
    expertCache: {
      kind: "lru",
      perLayer: 0,
      link,
      ...(hitChance === undefined ? {} : { prefetch: { hitChance: `${hitChance * 100} %` } }),
    },
    workload: { kind: "batch", sequences: 1, promptTokens: 10, outputTokens },
  });
}

test("the first layer of each visit is not guessed at: of three visits to three layers of four experts two thirds are", () => {
  const { hits, misses, prefetch } = run(prepare(slow(1, "1 TB/s", 3))).expertCache!;
  expect([hits, misses, prefetch!.guesses, prefetch!.ahead]).toEqual([0, 36, 24, 24]);
});

test("guesses that are right bring what two of three layers need while kernels run; the first layer waits for all of its experts", () => {
  const bytes = 256 * 128 * 3 * 2; // three matrices of 16 bits: 1 ms each
  const of = (hitChance?: number) => run(prepare(slow(hitChance))).expertCache!;
  expect(of()).toMatchObject({ misses: 12, loads: 12, bytes: 12 * bytes, waitNs: 12e6 });
  expect(of(1)).toMatchObject({ misses: 12, loads: 4, bytes: 4 * bytes, waitNs: 4e6 });
  expect(of(1).prefetch).toMatchObject({ guesses: 8, right: 8, ahead: 8, wastedBytes: 0 });
  const text = summarize(run(prepare(slow(1)))).balance.cache!;
  expect(text.prefetch!.bytes).toBeCloseTo(8 * bytes, 6);
});

test("the higher the chance, the sooner; where the link is busy for longer than kernels run, what has not come by then is waited for", () => {
  const horizons = [undefined, 0, 0.25, 0.5, 0.75, 1].map((chance) => run(prepare(slow(chance))).horizonNs);
  expect(horizons[1]).toBe(horizons[0]);
  expect(horizons.slice(1)).toEqual(horizons.slice(1).toSorted((a, b) => b - a));
  expect(horizons[0]! - horizons[5]!).toBe(8e6); // two layers of four
  const [late, never] = [run(prepare(slow(1, "1.96608 MB/s"))), run(prepare(slow(undefined, "1.96608 MB/s")))]; // 100 ms each
  expect(late.expertCache!.prefetch!.ahead).toBe(0);
  const kernelsNs = run(prepare(slow(undefined, "1000 TB/s"))).horizonNs;
  expect(never.horizonNs - kernelsNs).toBeCloseTo(12 * 100e6, -2);
  const hidden = (late.expertCache!.prefetch!.bytes * 1e9) / 1.96608e6;
  expect(Math.abs(never.horizonNs - late.horizonNs - hidden)).toBeLessThanOrEqual(2 * (1e9 / 1.96608e6)); // bytes are whole
});
