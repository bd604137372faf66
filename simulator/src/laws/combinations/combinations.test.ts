import { readFileSync } from "node:fs";
import { type Recording, servedOf, summarize } from "@tokenyard/report";
import { Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differences, executorDifferences } from "../../passes/executors.contract.ts";
import { recordedOnce } from "../../recorded-once.contract.ts";
import { withoutLength } from "../struck-scenario.contract.ts";
import { anyCombination, type Combination, healthOf, treeOf } from "./combination.contract.ts";
import { REFUSALS } from "./refusals.contract.ts";

// Every layout with every fault, policy and mechanism beside it runs by the laws of docs/laws.md, or is refused with a line of docs/faults.md. `pnpm fuzz` draws 10,000.

const FUZZED = process.env["FUZZ_FAULTS"];
const LONG = FUZZED === undefined ? {} : { timeout: 7_200_000 };
const PAGE = readFileSync(new URL("../../../../docs/faults.md", import.meta.url), "utf8");
const recorded = recordedOnce({ rows: true });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** Lines of the refusals that were met. */
const met = new Set<string>();

/** The scenario of `drawn` with `more`, and what is recorded of it; undefined: it is refused, with lines of the list alone. */
function ranOf(drawn: Combination, more: object = {}): { scenario: Scenario; recording: Recording } | undefined {
  try {
    const scenario = parseScenario(treeOf(drawn, more));
    return { scenario, recording: recorded(scenario) };
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    for (const message of error.message.split("\n")) {
      const refusal = REFUSALS.find((each) => each.message.test(message));
      if (refusal === undefined) throw new Error(`no refusal of docs/faults.md: ${message}`, { cause: error });
      met.add(refusal.line);
    }
    return undefined;
  }
}

/** Checks combinations that run, at least one of them. */
function law(check: (scenario: Scenario, recording: Recording, drawn: Combination) => void, numRuns: number, part = anyCombination): void {
  let ran = 0;
  const property = fc.property(part, (drawn) => {
    const its = ranOf(drawn);
    if (its === undefined) return;
    check(its.scenario, its.recording, drawn);
    ran++;
  });
  fc.assert(property, { numRuns, endOnFailure: true });
  expect(ran).toBeGreaterThan(0);
}

function expectConserved(scenario: Scenario, recording: Recording): void {
  const { requests, served, faults, ranks, horizonNs, busyNs, waitingNs, idleNs, lostNs, downNs } = recording;
  const report = summarize(recording);
  const { arrived, finished, rejected = 0, failed } = report.requests;
  expect(finished + rejected + failed).toBe(arrived);
  expect(requests.status.filter((status) => status === 1)).toHaveLength(finished);
  expect(requests.status.filter((status) => status === 0)).toHaveLength(report.faults!.inFlight);
  if (scenario.retries === undefined) expect(sum(faults!.map((row) => row.failed))).toBe(failed - report.faults!.inFlight);
  expect(sum(busyNs) + sum(waitingNs) + sum(idleNs) + sum(lostNs) + sum(downNs!)).toBe(2 * ranks * horizonNs);
  let masked = 0;
  for (const { routed, kept, dropped, reroutedPerLayer = [], maskedPerLayer = [] } of recording.routing) {
    expect(kept + dropped + sum(reroutedPerLayer) + sum(maskedPerLayer)).toBe(routed);
    masked += sum(maskedPerLayer);
  }
  expect(sum(faults!.map(({ degradedTokens }) => degradedTokens))).toBe(masked);
  const rows = [...requests.status.keys()];
  const tokens = sum(rows.filter((row) => requests.status[row] === 1).map((row) => requests.outputTokens[row]!));
  const begun = rows.filter((row) => requests.status[row] !== 1 && !Number.isNaN(requests.firstTokenNs[row]!)).length;
  if (served !== undefined && scenario.retries === undefined) expect(served.outputTokens).toBe(tokens + begun);
  const { ttftNs, tpotNs } = served ?? servedOf(requests);
  if (ttftNs.count > 0) expect((sum(Object.values(report.breakdown.ttft!)) / ttftNs.sum) * ttftNs.count * 1e9).toBeCloseTo(1, 6);
  if (tpotNs.count > 0) expect((sum(Object.values(report.breakdown.tpot!)) / tpotNs.sum) * tpotNs.count * 1e9).toBeCloseTo(1, 6);
}

test("a combination runs, and loses no request, token, copy or time of a rank, or is refused with a line of the list", () => {
  law(expectConserved, drawnCases(48));
});

test("10,000 of them do, and each refusal is met", { tags: "long", ...LONG }, () => {
  law(expectConserved, Number(FUZZED ?? 1000));
  expect([...new Set(REFUSALS.map(({ line }) => line))].filter((line) => !met.has(line))).toEqual([]);
});

test("the list is that of docs/faults.md", () => {
  const list = PAGE.slice(PAGE.indexOf("## What is refused"));
  expect(REFUSALS.filter(({ line }) => !list.includes(line))).toEqual([]);
});

test("to the nanosecond a combination takes what its ops take one by one, a rank at a time", () => {
  law((scenario) => {
    expect(executorDifferences(scenario)).toEqual([]);
  }, drawnCases(24));
});

test("as do many more", { tags: "long", ...LONG }, () => {
  law(
    (scenario) => {
      expect(executorDifferences(scenario)).toEqual([]);
    },
    Number(FUZZED ?? 400),
  );
});

/** Checks `numRuns` combinations whose faults are over at once. */
function nothingChangesIn(numRuns: number): void {
  law((scenario) => {
    const {
      faults: _,
      coverage: _c,
      downNs,
      randomFaults: _r,
      scenario: _s,
      ...struck
    } = recorded({
      ...scenario,
      faults: withoutLength(scenario.faults!),
    });
    const { faults: __, scenario: __s, ...plain } = recorded({ ...scenario, faults: undefined });
    expect(differences(struck, plain)).toEqual([]);
    expect(sum(downNs!)).toBe(0);
  }, numRuns);
}

test("faults of no length change nothing", () => {
  nothingChangesIn(drawnCases(24));
});

test("nor do they in many more combinations", { tags: "long", ...LONG }, () => {
  nothingChangesIn(Number(FUZZED ?? 400));
});

/** Checks `numRuns` combinations that continue without what is lost; returns how many stopped, and lost no expert. */
function sameIn(numRuns: number): number {
  let stopped = 0;
  const around = anyCombination.map((drawn): Combination => ({ ...drawn, policy: "reroute" }));
  law(
    (scenario, recording) => {
      if (recording.faults!.some(({ expertsMissing }) => expertsMissing > 0)) return;
      const { onLoss } = scenario.health!;
      const masked = recorded({ ...scenario, health: { ...scenario.health!, onLoss: { ...onLoss, kind: "mask" } } } as Scenario);
      const [{ scenario: _, ...one }, { scenario: __, ...other }] = [summarize(recording), summarize(masked)];
      expect(JSON.stringify(one)).toBe(JSON.stringify(other));
      if (recording.faults!.some(({ resumedNs }) => !Number.isNaN(resumedNs))) stopped++;
    },
    numRuns,
    around,
  );
  return stopped;
}

test("with no expert lost tokens that would be routed around it give the report of those whose copies would be masked", () => {
  sameIn(drawnCases(24));
});

test("as they do in many more, of which some stop", { tags: "long", ...LONG }, () => {
  expect(sameIn(Number(FUZZED ?? 400))).toBeGreaterThan(0);
});

/** A GPU that is lost for ever, or for longer than its loss stays unknown. */
const single = anyCombination
  .filter(({ inFlight }) => inFlight !== "fail")
  .map(
    (drawn): Combination => ({
      ...drawn,
      fault: "gpu-lost",
      lasts: drawn.seed % 2 === 0 ? undefined : 400,
      second: undefined,
      isSeen: true,
    }),
  );

type More = (drawn: Combination) => object;

/** Checks that the replica is never back later with `better` than with `worse`; returns how often it was earlier. */
function neverLaterIn(numRuns: number, worse: More, better: More): number {
  let earlier = 0;
  const property = fc.property(single, (drawn) => {
    const [slow, quick] = [worse, better].map((more) => ranOf(drawn, more(drawn))?.recording);
    if (slow === undefined || quick === undefined) return;
    const [late, early] = [slow.faults![0]!.resumedNs, quick.faults![0]!.resumedNs];
    if (Number.isNaN(late)) return; // a run may be over before
    if (Number.isNaN(early)) expect(quick.horizonNs).toBeLessThanOrEqual(late);
    else expect(early).toBeLessThanOrEqual(late);
    if (early < late) earlier++;
  });
  fc.assert(property, { numRuns, endOnFailure: true });
  return earlier;
}

/** Pairs of which the second is never later: how many come earlier in `numRuns` of each. */
function earlierIn(numRuns: number): number[] {
  const spare = (count: number) => ({ spares: { kind: "ranks", count } });
  const loads = (bandwidth: string) => ({ weightStore: { kind: "host", bandwidth } });
  const sees = (drawn: Combination, exit: string) => ({ health: { ...healthOf(drawn), exit } });
  return [
    neverLaterIn(
      numRuns,
      () => ({}),
      () => spare(1),
    ),
    neverLaterIn(
      numRuns,
      () => spare(1),
      () => spare(2),
    ),
    neverLaterIn(
      numRuns,
      () => loads("10 MB/s"),
      () => loads("100 MB/s"),
    ),
    neverLaterIn(
      numRuns,
      (drawn) => sees(drawn, "30 us"),
      (drawn) => sees(drawn, "5 us"),
    ),
  ];
}

test("more spare GPUs never lengthen an outage, nor do weights that load faster, nor earlier detection of what does not end by itself", () => {
  earlierIn(drawnCases(8));
});

test("and in many more some are shorter", { tags: "long", ...LONG }, () => {
  const [first, , loaded, seen] = earlierIn(Number(FUZZED ?? 200));
  for (const times of [first, loaded, seen]) expect(times).toBeGreaterThan(0);
});
