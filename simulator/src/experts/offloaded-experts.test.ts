import { expertSlotBytes, weightBytesOf } from "@tokenyard/placement";
import { summarize } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { differences, plain } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

type CacheSpec = NonNullable<Scenario["expertCache"]>;

const specs = fc.record({
  kind: fc.constantFrom<CacheSpec["kind"]>("lru", "lfu", "hottest"),
  perLayer: fc.integer({ min: 0, max: 6 }),
  link: fc.constantFrom(1e8, 1e9),
  prefetch: fc.constantFrom<CacheSpec["prefetch"]>(undefined, undefined, { depth: 1, hitChance: 0.8 }, { depth: 2, hitChance: 0.5 }),
});
const hosts = fc.constantFrom<Scenario["cluster"]["host"]>(undefined, { compute: 1e9, bandwidth: 1e9 });

/** `scenario` with its experts offloaded. */
function offloaded(scenario: Scenario, expertCache: CacheSpec, host?: Scenario["cluster"]["host"]): Scenario {
  return { ...scenario, expertCache, ...(host === undefined ? {} : { cluster: { ...scenario.cluster, host } }) };
}

/** All on their GPUs, and no host that computes. */
const withExperts = drawnScenario
  .filter(({ model }) => model.experts !== undefined)
  .map(({ expertCache: _, cluster: { host: __, ...cluster }, ...scenario }): Scenario => ({ ...scenario, cluster }));

test("where a rank keeps all of its experts nothing is missed, and nothing takes longer", { tags: "long" }, () => {
  fc.assert(
    fc.property(withExperts, (given) => {
      const kept = run(prepare(offloaded(given, { kind: "lru", perLayer: 1000, link: 1 })));
      const alone = run(prepare(given));
      for (const key of ["horizonNs", "busyNs", "waitingNs", "idleNs", "work"] as const) expect(kept[key]).toEqual(alone[key]);
      expect(kept.expertCache).toMatchObject({ misses: 0, loads: 0, bytes: 0, onHost: 0, waitNs: 0 });
    }),
    { numRuns: drawnCases(12) },
  );
});

test("every miss is loaded or computed on the host, and bytes and waiting are those of the loads where there is no host", () => {
  let missed = 0;
  fc.assert(
    fc.property(withExperts, specs, hosts, (given, spec, host) => {
      const scenario = offloaded(given, { ...spec, prefetch: undefined }, host);
      const setup = prepare(scenario);
      const { plan } = setup;
      const { hits, misses, loads, onHost, bytes, waitNs } = run(setup).expertCache!;
      const slotBytes = expertSlotBytes(scenario, plan);
      missed += misses;
      expect(loads + onHost).toBe(misses);
      expect(bytes).toBeCloseTo(loads * slotBytes * plan.tensor, 3);
      if (host === undefined) {
        expect(onHost).toBe(0);
        expect(Math.abs(waitNs - (loads * slotBytes * 1e9) / spec.link)).toBeLessThanOrEqual(loads); // each op's wait is a whole nanosecond
      }
      if (spec.perLayer === 0) expect(hits).toBe(0);
    }),
    { numRuns: drawnCases(16) },
  );
  expect(missed).toBeGreaterThan(0);
});

test("of a larger LRU cache no less is found", () => {
  fc.assert(
    fc.property(withExperts, fc.nat(5), (given, perLayer) => {
      const found = (room: number) => run(prepare(offloaded(given, { kind: "lru", perLayer: room, link: 1e9 }))).expertCache!;
      const [small, large] = [found(perLayer), found(perLayer + 1)];
      expect(large.hits).toBeGreaterThanOrEqual(small.hits);
      expect(large.hits + large.misses).toBe(small.hits + small.misses);
    }),
    { numRuns: drawnCases(12) },
  );
});

test("a rank holds the experts that it keeps, and room for one more, and for those that it guesses, where those are not all", () => {
  fc.assert(
    fc.property(withExperts, specs, (given, spec) => {
      const scenario = offloaded(given, spec);
      const { plan } = prepare(scenario);
      const { expertCache: _, ...all } = scenario;
      const [kept, whole] = [weightBytesOf(scenario, plan), weightBytesOf(all, plan)];
      for (let at = 0; at < kept.length; at++) {
        const guessed = (spec.prefetch?.depth ?? 0) * Math.max(0, plan.expertPlacement!.mostSlots - spec.perLayer);
        expect(kept[at]! - whole[at]!).toBeLessThanOrEqual((1 + guessed) * expertSlotBytes(scenario, plan) + 1e-6);
        if (spec.perLayer >= plan.expertPlacement!.mostSlots) expect(kept[at]).toBe(whole[at]);
      }
    }),
    { numRuns: drawnCases(16) },
  );
});

test("under load, passes timed as a whole give the recording of ops one by one where experts are offloaded", { tags: "long" }, () => {
  const loads = loadedScenario.filter(({ model, faults }) => model.experts !== undefined && faults === undefined);
  fc.assert(
    fc.property(loads, specs, hosts, (given, spec, host) => {
      const scenario = offloaded(given, spec, host);
      const [whole, apart] = [run(prepare(scenario), { rows: true }), run(prepare(scenario), { rows: true, executor: "stages" })];
      expect(differences(plain(whole), plain(apart))).toEqual([]);
      const { cache } = summarize(whole).balance;
      expect(cache!.hitShare === null).toBe(cache!.hits + cache!.misses === 0);
    }),
    { numRuns: drawnCases(12), endOnFailure: true },
  );
});
