import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { struckScenario } from "../laws/struck-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

type CacheSpec = NonNullable<Scenario["expertCache"]>;

const specs = fc.record({
  kind: fc.constantFrom<CacheSpec["kind"]>("lru", "lfu", "hottest"),
  perLayer: fc.integer({ min: 0, max: 4 }),
  link: fc.constantFrom(1e8, 1e10),
  prefetch: fc.constantFrom<CacheSpec["prefetch"]>(undefined, { depth: 1, hitChance: 0.8 }, { depth: 2, hitChance: 0.5 }),
});
const withExperts = struckScenario.filter(({ model }) => model.experts !== undefined);

test("under any faults caches find the same however passes are timed, and what is guessed comes as soon", () => {
  let missed = 0;
  fc.assert(
    fc.property(withExperts, specs, (given, expertCache) => {
      const setup = () => prepare({ ...given, expertCache });
      const [whole, apart] = [run(setup()), run(setup(), { executor: "stages" })];
      expect(whole.expertCache).toEqual(apart.expertCache);
      for (const key of ["horizonNs", "busyNs", "waitingNs", "lostNs", "downNs"] as const) expect(whole[key]).toEqual(apart[key]);
      missed += whole.expertCache!.misses;
    }),
    { numRuns: drawnCases(10), endOnFailure: true },
  );
  expect(missed).toBeGreaterThan(0);
});

test("who keeps all experts that come to a rank misses none through any faults", () => {
  fc.assert(
    fc.property(withExperts, (given) => {
      const { expertCache } = run(prepare({ ...given, expertCache: { kind: "lru", perLayer: 1000, link: 1 } }));
      expect(expertCache!.misses).toBe(0);
    }),
    { numRuns: drawnCases(12) },
  );
});
