import { type Recording, reportSchema, summarize } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { differences, executorDifferences } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { struckAndCached, struckScenario } from "./struck-scenario.contract.ts";

// The laws of docs/laws.md that speak of copies of caches.

type Checkpoints = NonNullable<Scenario["checkpoints"]>;

const anyCheckpoints: fc.Arbitrary<Checkpoints> = fc.record({
  every: fc.constantFrom(1, 4, 16),
  to: fc.constantFrom<Checkpoints["to"]>({ kind: "host", bandwidth: 1e9 }, { kind: "host", bandwidth: 1e6 }, { kind: "peer" }),
});
const hasPeers = ({ parallelism: { data, expert, tensor, attention } }: Scenario) =>
  data > 1 || expert * tensor > (attention?.tensor ?? tensor);
const struck = fc
  .record({ scenario: fc.oneof(struckScenario, struckAndCached), checkpoints: anyCheckpoints })
  .filter(({ scenario, checkpoints }) => checkpoints.to.kind === "host" || hasPeers(scenario))
  .map(({ scenario, checkpoints }): Scenario => ({ ...scenario, checkpoints, health: { ...scenario.health!, inFlight: "migrate" } }));
const law = (scenarios: fc.Arbitrary<Scenario>, check: (scenario: Scenario) => void, numRuns: number) =>
  fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(2 * numRuns), endOnFailure: true });
const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const recomputed = ({ faults }: Recording) => sum(faults!.map(({ tokensRecomputed }) => tokensRecomputed));

test("output tokens of requests that go on from copies are neither lost nor doubled, and requests are conserved", () => {
  let restored = 0;
  law(
    struck,
    (scenario) => {
      const recording = recorded(scenario);
      const { requests, served, checkpoints } = recording;
      const rows = [...requests.status.keys()];
      const finished = rows.filter((request) => requests.status[request] === 1);
      const begun = rows.filter((request) => requests.status[request] !== 1 && !Number.isNaN(requests.firstTokenNs[request]!));
      expect(served!.outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)) + begun.length);
      if (begun.length === 0) expect(served!.itlNs!.count).toBe(sum(finished.map((request) => requests.outputTokens[request]! - 1)));
      const { arrived, rejected, failed } = served!;
      expect(summarize(recording).faults!.inFlight).toBe(arrived - finished.length - rejected - failed);
      restored += checkpoints!.restored.tokens;
    },
    50,
  );
  expect(restored).toBeGreaterThan(0);
});

test("copies never let more be computed again, and copies of fewer tokens no more than those of multiples of them: of the first loss", () => {
  let [without, finest] = [0, 0];
  law(
    struck,
    (scenario) => {
      const host: Checkpoints["to"] = { kind: "host", bandwidth: 1e9 };
      const [none, coarse, fine] = [undefined, { every: 12, to: host }, { every: 3, to: host }].map((checkpoints) =>
        recomputed(recorded({ ...scenario, checkpoints, faults: scenario.faults!.slice(0, 1) })),
      );
      expect(coarse).toBeLessThanOrEqual(none!);
      expect(fine).toBeLessThanOrEqual(coarse!);
      without += none!;
      finest += fine!;
    },
    96, // few of them lose what was copied
  );
  expect(finest).toBeLessThan(without);
});

test("copies on hosts change nothing while nothing is lost, but their own entry", () => {
  let copied = 0;
  law(
    loadedScenario.filter(({ pools }) => pools === undefined),
    (scenario) => {
      const {
        checkpoints,
        scenario: _,
        ...reported
      } = recorded({ ...scenario, checkpoints: { every: 5, to: { kind: "host", bandwidth: 1e9 } } });
      const { scenario: __, ...plain } = recorded(scenario);
      expect(differences(reported, plain)).toEqual([]);
      copied += checkpoints!.copiedTokens;
    },
    10,
  );
  expect(copied).toBeGreaterThan(0);
});

test("passes timed by the executor give the recording of their ops where requests go on from copies", () => {
  law(
    struck,
    (scenario) => {
      expect(executorDifferences(scenario)).toEqual([]);
    },
    12,
  );
});

test("copies on a peer take half of the cache", () => {
  law(
    struck.filter(({ checkpoints }) => checkpoints!.to.kind === "peer"),
    (scenario) => {
      const blocksWith = (to: Checkpoints["to"]) => {
        const free = { ...scenario.serving, kv: { ...scenario.serving.kv!, blocks: undefined } };
        return prepare({ ...scenario, serving: free, checkpoints: { every: 4, to } }).scheduler.cache!.use().blocks;
      };
      const [peer, host] = [blocksWith({ kind: "peer" }), blocksWith({ kind: "host", bandwidth: 1e9 })];
      expect(host - 2 * peer).toBeLessThanOrEqual(2);
      expect(host - 2 * peer).toBeGreaterThanOrEqual(0);
    },
    10,
  );
});

test("a report of a run with copies is what its schema says, in its order", async () => {
  const schema = await reportSchema();
  law(
    struck,
    (scenario) => {
      const report = JSON.stringify(summarize(recorded(scenario, { rows: false })));
      expect(JSON.stringify(schema.parse(JSON.parse(report)))).toBe(report);
    },
    8,
  );
});
