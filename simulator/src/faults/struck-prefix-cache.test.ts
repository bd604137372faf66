import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { struckCachedAndRetried } from "../laws/retried-scenario.contract.ts";
import { struckAndCached, withoutLength } from "../laws/struck-scenario.contract.ts";
import { executorDifferences } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// What prefix caches owe where faults strike and requests are tried again.

const law = (scenarios: fc.Arbitrary<Scenario>, check: (scenario: Scenario) => void, numRuns: number) =>
  fc.assert(fc.property(scenarios, check), { numRuns, endOnFailure: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test("requests are conserved with a prefix cache too, and output tokens neither lost nor doubled", () => {
  let [hits, moved, again] = [0, 0, 0];
  law(
    fc.oneof(struckAndCached, struckCachedAndRetried),
    (scenario) => {
      const { requests, served, faults, retries } = run(prepare(scenario), { rows: true });
      const { arrived, finished, rejected, failed, outputTokens, cache } = served!;
      const rows = [...requests.status.keys()];
      const of = (status: number) => rows.filter((row) => requests.status[row] === status);
      expect([of(1).length, of(2).length, of(3).length]).toEqual([finished, rejected, failed]);
      expect(finished + rejected + failed + of(0).length).toBe(arrived);
      const begun = rows.filter((row) => requests.status[row] !== 1 && !Number.isNaN(requests.firstTokenNs[row]!));
      expect(outputTokens).toBe(sum(of(1).map((row) => requests.outputTokens[row]!)) + begun.length);
      hits += cache!.hitTokens;
      moved += sum(faults!.map(({ migrated, requeued }) => migrated + requeued));
      again += (retries?.byClient ?? 0) + (retries?.byRouter ?? 0);
    },
    24,
  );
  for (const seen of [hits, moved, again]) expect(seen).toBeGreaterThan(0);
});

test("passes timed by the executor give the recording of their ops with a prefix cache, whatever strikes", { tags: "long" }, () => {
  law(
    fc.oneof(struckAndCached, struckCachedAndRetried),
    (scenario) => {
      expect(executorDifferences(scenario)).toEqual([]);
    },
    16,
  );
});

test("a fault without length loses nothing that is kept", () => {
  law(
    struckAndCached,
    (scenario) => {
      const hitTokens = (faults: Scenario["faults"]) => run(prepare({ ...scenario, faults })).served!.cache!.hitTokens;
      expect(hitTokens(withoutLength(scenario.faults!))).toBe(hitTokens(undefined));
    },
    8,
  );
});
