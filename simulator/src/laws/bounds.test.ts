import { readFileSync } from "node:fs";
import { type Plugin, Registry } from "@tokenyard/plugins";
import { parseScenario, resolvedOf, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";
import { struckScenario } from "./struck-scenario.contract.ts";

/** The examples of docs/plugins.md that choose replicas, or keep experts. */
const registry = new Registry();
const page = readFileSync(new URL("../../../docs/plugins.md", import.meta.url), "utf8");
for (const name of ["balancer", "cache"]) {
  const code = new RegExp(`\`\`\`js ${name}\\.mjs\\n([\\s\\S]*?)\`\`\``).exec(page)![1]!;
  const module = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as Plugin;
  registry.add(module, [], "a".repeat(64));
}

const BALANCERS = ["round-robin", "random", "least-outstanding", "least-kv", "two-choices", "fewest-requests"];
const CACHES = ["lru", "lfu", "hottest", "most-used"];

/** `scenario` with other words, and with the bounds beside its numbers. */
function bounded(scenario: Scenario, more: object): Scenario {
  return parseScenario({ ...resolvedOf(scenario), ...more, metric: "bounds" }, { words: registry });
}

test("no balancer of ours or of the examples has a fullest replica with fewer tokens than the clairvoyant bound, on any load", () => {
  const seen = { tight: 0, apart: 0 };
  const loads = fc.oneof(loadedScenario, struckScenario).filter(({ parallelism }) => parallelism.data > 1);
  fc.assert(
    fc.property(loads, fc.constantFrom(...BALANCERS), (scenario, replicas) => {
      const { fullestReplicaTokens: most, fullestReplicaTokensAtLeast: least } = run(
        prepare(bounded(scenario, { serving: { ...(resolvedOf(scenario) as { serving: object }).serving, balancer: { replicas } } })),
      ).metric as Record<string, number>;
      expect(most).toBeGreaterThanOrEqual(least!);
      seen[most === least ? "tight" : "apart"]++;
    }),
    { numRuns: drawnCases(60) },
  );
  expect(seen.apart).toBeGreaterThan(0);
  expect(seen.tight).toBeGreaterThan(0);
});

test("no cache of ours or of the examples finds more experts than Belady's, on any load, and some find fewer", () => {
  const seen = { tight: 0, apart: 0 };
  const loads = fc
    .oneof(drawnScenario, loadedScenario, struckScenario)
    .filter(({ model }) => model.experts !== undefined)
    .map(({ expertCache: _, ...scenario }): Scenario => scenario);
  fc.assert(
    fc.property(loads, fc.constantFrom(...CACHES), fc.integer({ min: 1, max: 4 }), (scenario, kind, perLayer) => {
      const recording = run(prepare(bounded(scenario, { expertCache: { kind, perLayer } })));
      const { cacheHits: hits, cacheHitsAtMost: most } = recording.metric as Record<string, number>;
      expect(hits).toBe(recording.expertCache!.hits);
      expect(hits).toBeLessThanOrEqual(most!);
      expect(most).toBeLessThanOrEqual(hits! + recording.expertCache!.misses);
      seen[hits === most ? "tight" : "apart"]++;
    }),
    { numRuns: drawnCases(60) },
  );
  expect(seen.apart).toBeGreaterThan(0);
  expect(seen.tight).toBeGreaterThan(0);
});

test("bounds change nothing else of a run", () => {
  fc.assert(
    fc.property(loadedScenario, (scenario) => {
      const { metric, scenario: _, ...others } = run(prepare(bounded(scenario, {})));
      const { scenario: __, ...plain } = run(prepare(parseScenario(resolvedOf(scenario))));
      expect(metric).toBeDefined();
      expect(others).toEqual(plain);
    }),
    { numRuns: drawnCases(8) },
  );
});
