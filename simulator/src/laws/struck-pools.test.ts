import { type Recording, servedOf, summarize } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differences, executorDifferences } from "../passes/executors.contract.ts";
import { recordedOnce } from "../recorded-once.contract.ts";
import { retriedPools } from "./retried-scenario.contract.ts";
import { struckPools, withoutLength } from "./struck-scenario.contract.ts";

// The laws of docs/laws.md that speak of runs that faults strike, where one pool prefills and another decodes.

const FUZZED = process.env["FUZZ_FAULTS"];
const LONG = FUZZED === undefined ? {} : { timeout: 3_600_000 };
const law = (check: (scenario: Scenario) => void, numRuns = 24) =>
  fc.assert(fc.property(struckPools, check), { numRuns: drawnCases(numRuns), endOnFailure: true });
const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** Of a run that faults strike. */
function expectConserved(recording: Recording): void {
  const { requests, served, faults } = recording;
  const count = (status: number) => requests.status.filter((each) => each === status).length;
  const { inFlight } = summarize(recording).faults!;
  expect(requests.status).toHaveLength(served!.arrived);
  expect([count(1), count(2), count(3), count(0)]).toEqual([served!.finished, served!.rejected, served!.failed, inFlight]);
  expect(sum(faults!.map(({ failed }) => failed))).toBe(served!.failed);
  for (const ns of laneNs(recording)) expect(ns).toBe(recording.horizonNs);
}

test("requests are conserved, and so is the time of every rank and lane", () => {
  law((scenario) => {
    expectConserved(recorded(scenario));
  }, 8);
});

test("and so they are in many more runs, with every fate", { tags: "long", ...LONG }, () => {
  const fates = { failed: 0, migrated: 0, requeued: 0, down: 0 };
  law(
    (scenario) => {
      const recording = recorded(scenario);
      const { served, faults, downNs } = recording;
      expectConserved(recording);
      fates.failed += served!.failed;
      fates.migrated += sum(faults!.map(({ migrated }) => migrated));
      fates.requeued += sum(faults!.map(({ requeued }) => requeued));
      fates.down += sum(downNs!);
    },
    Number(FUZZED ?? 80),
  );
  for (const seen of Object.values(fates)) expect(seen).toBeGreaterThan(0);
});

test("a run that faults strike is the same however passes are timed", () => {
  law((scenario) => {
    expect(executorDifferences(scenario)).toEqual([]);
  }, 12);
});

test("output tokens of requests that are computed again are neither lost nor doubled", () => {
  let migrated = 0;
  law((scenario) => {
    const { requests, served, faults } = recorded({ ...scenario, health: { ...scenario.health!, inFlight: "migrate" } });
    const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
    const begun = [...requests.status.keys()].filter(
      (request) => requests.status[request] !== 1 && !Number.isNaN(requests.firstTokenNs[request]!),
    );
    expect(served!.outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)) + begun.length);
    if (begun.length === 0) expect(served!.itlNs!.count).toBe(sum(finished.map((request) => requests.outputTokens[request]! - 1)));
    migrated += sum(faults!.map((fault) => fault.migrated));
  }, 24);
  expect(migrated).toBeGreaterThan(0);
});

test("a fault without length strikes nothing: only its own entry is added to the report", () => {
  law((scenario) => {
    const faults = withoutLength(scenario.faults!);
    const { faults: rows, coverage: _c, downNs, randomFaults: _r, scenario: _, ...struck } = recorded({ ...scenario, faults });
    const { faults: none, scenario: __, ...plain } = recorded({ ...scenario, faults: undefined });
    expect(none).toBeUndefined();
    expect(differences(struck, plain)).toEqual([]);
    expect(sum(downNs!)).toBe(0);
    for (const row of rows!) expect(row).toMatchObject({ ranksLost: 0, ranksSlowed: 0, failed: 0, migrated: 0, requeued: 0 });
  }, 8);
});

test("the breakdown adds up to the mean TTFT and TPOT of answered requests", () => {
  law((scenario) => {
    const recording = recorded(scenario);
    const { breakdown } = summarize(recording);
    const { ttftNs, tpotNs } = recording.served ?? servedOf(recording.requests);
    if (ttftNs.count > 0) expect((sum(Object.values(breakdown.ttft!)) / ttftNs.sum) * ttftNs.count * 1e9).toBeCloseTo(1, 6);
    if (tpotNs.count > 0) expect((sum(Object.values(breakdown.tpot!)) / tpotNs.sum) * tpotNs.count * 1e9).toBeCloseTo(1, 6);
  });
});

test("requests are conserved however often clients and routers try again, wherever their caches are", { tags: "long", ...LONG }, () => {
  const seen = { byClient: 0, byRouter: 0, timedOut: 0, opened: 0 };
  fc.assert(
    fc.property(retriedPools, (scenario) => {
      const recording = recorded(scenario);
      const { requests, served, retries } = recording;
      const count = (status: number) => requests.status.filter((each) => each === status).length;
      expect(requests.status).toHaveLength(served!.arrived);
      expect([count(1), count(2), count(3)]).toEqual([served!.finished, served!.rejected, served!.failed]);
      const { timedOut, byClient, byRouter, breakers } = retries!;
      seen.byClient += byClient;
      seen.byRouter += byRouter;
      seen.timedOut += timedOut;
      seen.opened += breakers?.opened ?? 0;
    }),
    { numRuns: drawnCases(Number(FUZZED ?? 80)), endOnFailure: true },
  );
  for (const each of Object.values(seen)) expect(each).toBeGreaterThan(0);
});

test("a run whose requests are tried again is the same however passes are timed, and loses none", () => {
  const same = fc.property(retriedPools, (scenario) => {
    const { requests, served } = recorded(scenario);
    const count = (status: number) => requests.status.filter((each) => each === status).length;
    expect([count(1), count(2), count(3)]).toEqual([served!.finished, served!.rejected, served!.failed]);
    expect(executorDifferences(scenario)).toEqual([]);
  });
  fc.assert(same, { numRuns: drawnCases(12), endOnFailure: true });
});

const withExperts = struckPools.filter(({ model, parallelism }) => model.experts !== undefined && parallelism.expert > 1);
const lawOfExperts = (check: (scenario: Scenario) => void, numRuns: number) =>
  fc.assert(fc.property(withExperts, check), { numRuns: drawnCases(numRuns), endOnFailure: true });
/** `scenario`, going on without what is lost: soon, so that much of a run comes after it. */
const goingOn = (scenario: Scenario, kind: "mask" | "reroute"): Scenario => ({
  ...scenario,
  health: { ...scenario.health!, exit: 1e-5, onLoss: { kind, decide: 0, rebuild: 2e-5, graph: 0 } },
});

/** Fates of copies in a run that routes around losses, or masks what is lost; those that moved, by the entries of faults. */
function expectCopiesConserved(scenario: Scenario): { moved: number; masked: number } {
  const { routing, faults } = recorded(scenario);
  let masked = 0;
  for (const { tokens, routed, kept, dropped, reroutedPerLayer = [], maskedPerLayer = [] } of routing) {
    expect([sum(tokens), routed % scenario.model.experts!.topK]).toEqual([routed, 0]); // of each token all
    expect(kept + dropped + sum(reroutedPerLayer) + sum(maskedPerLayer)).toBe(routed);
    masked += sum(maskedPerLayer);
  }
  expect(sum(faults!.map(({ degradedTokens }) => degradedTokens))).toBe(masked);
  const around = faults!.flatMap(({ elsewhere }) => elsewhere ?? []);
  for (const { gateShare, mostMissing } of around) expect([gateShare > 0, mostMissing > 0]).toEqual([true, true]);
  return { moved: sum(around.map(({ copies }) => copies)), masked };
}

/** Copies in `numRuns` runs that route around losses, of which none is masked while its token has enough experts left. */
function movedIn(numRuns: number): number {
  let moved = 0;
  lawOfExperts((scenario) => {
    const { topK, count } = scenario.model.experts!;
    const around = goingOn(scenario, "reroute");
    const fates = expectCopiesConserved(around);
    const { faults } = recorded(around);
    const isLocal = faults!.some(({ links }) => links !== undefined && links.localNs > 0); // then copies for other ranks are masked
    if (!isLocal && faults!.every(({ elsewhere }) => (elsewhere?.mostMissing ?? 0) <= count - topK)) expect(fates.masked).toBe(0);
    moved += fates.moved;
  }, numRuns);
  return moved;
}

test("copies are conserved in both pools, those that are routed around a loss included", () => {
  movedIn(8);
});

test("and so they are in many more runs, in which copies move, or are masked", { tags: "long", ...LONG }, () => {
  const numRuns = Number(FUZZED ?? 80);
  expect(movedIn(numRuns)).toBeGreaterThan(0);
  let masked = 0;
  lawOfExperts((scenario) => {
    masked += expectCopiesConserved(goingOn(scenario, "mask")).masked;
  }, numRuns);
  expect(masked).toBeGreaterThan(0);
});

/** Runs of `numRuns` that stopped and lost no expert, whose reports have the same bytes, routed around losses or with lost experts masked. */
function sameIn(numRuns: number): number {
  let struck = 0;
  lawOfExperts((scenario) => {
    const around = recorded(goingOn(scenario, "reroute"));
    if (around.faults!.some(({ expertsMissing }) => expertsMissing > 0)) return;
    const left = recorded(goingOn(scenario, "mask"));
    const [{ scenario: _, ...one }, { scenario: __, ...other }] = [summarize(around), summarize(left)];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    if (around.faults!.some(({ resumedNs }) => !Number.isNaN(resumedNs))) struck++;
  }, numRuns);
  return struck;
}

test("pools that lose no expert do the same, routed around losses or with lost experts masked", () => {
  sameIn(8);
});

test("and so they do in many more runs, of which some stop", { tags: "long", ...LONG }, () => {
  expect(sameIn(Number(FUZZED ?? 80))).toBeGreaterThan(0);
});

/** [ranks × lanes] */
function laneNs({ ranks, opKinds, busyNs, waitingNs, idleNs, lostNs, downNs }: Recording): number[] {
  return Array.from({ length: ranks * 2 }, (_, at) => {
    const [rank, lane] = [Math.floor(at / 2), at % 2];
    const ofPhase = (phase: number) => {
      const own = opKinds.map((kind, k) =>
        kind.lane === (lane === 0 ? "compute" : "network") ? busyNs[(rank * 2 + phase) * opKinds.length + k]! : 0,
      );
      const side = (rank * 2 + phase) * 2 + lane;
      return sum(own) + waitingNs[side]! + idleNs[side]! + lostNs[side]! + downNs![side]!;
    };
    return ofPhase(0) + ofPhase(1);
  });
}
