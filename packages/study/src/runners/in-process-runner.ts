import type { Report } from "@tokenyard/report";
import { messageOf, Problems, type ReadPieces, type Scenario } from "@tokenyard/scenario";
import { MemoryLawStore, simulate as simulateHere, simulateWithin } from "@tokenyard/simulator";
import { isImpossible, type Point, type YearsAsked } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import type { YearAccounts } from "../years/year-accounts.ts";
import { keeping } from "./keeping.ts";
import { failed, orderedRunner, type RunPoint } from "./ordered-runner.ts";
import type { ResultStore } from "./result-store.ts";
import type { Runner, Simulate, StopSignal } from "./runner.ts";
import { Stop } from "./stop.ts";

export interface InProcessRunnerOptions {
  readonly simulate?: Simulate;
  /** Bytes of files that the scenarios name, as their traces: what `loadScenario` gives. */
  readonly readPieces?: ReadPieces | undefined;
  /** Waits a moment before each point, so that the thread can do other things, as hear Ctrl-C. */
  pause?(): Promise<unknown>;
  /** Store of results: known ones are taken from it, others are added. */
  readonly store?: ResultStore;
}

const NEVER = new Stop();
const inOne = simulateWith();

/** Runs points in this thread, one after another. */
export function inProcessRunner({ readPieces, simulate = simulateWith(readPieces), pause, store }: InProcessRunnerOptions = {}): Runner {
  const run: RunPoint = async (point, stop) => {
    await pause?.();
    return stop.aborted ? failed(point, "given up") : runPoint(point, simulate, stop);
  };
  return orderedRunner(store === undefined ? run : keeping(store, run), 1);
}

/** The simulator in this thread, reading traces through `readPieces`, whose runs share tables; without a pause, in which nothing could be heard anyway. */
export function simulateWith(readPieces?: ReadPieces): Simulate {
  const policies = { lawTables: new MemoryLawStore(), ...(readPieces === undefined ? {} : { readPieces }) };
  return (scenario, _, limit, distributions = false) =>
    limit === undefined ? simulateHere(scenario, policies, { distributions }) : simulateWithin(scenario, limit, policies);
}

async function accounts(scenario: Scenario, years: YearsAsked): Promise<YearAccounts> {
  const { yearAccounts } = await import("../years/year-accounts.ts"); // few studies have points of years
  return yearAccounts(scenario, years);
}

/** Result of `point`. Never throws: faults become rows. */
export async function runPoint(point: Point, simulate: Simulate = inOne, stop: StopSignal = NEVER): Promise<PointResult> {
  const { index, parameters, scenario, years, limit, distributions } = point;
  try {
    if (isImpossible(scenario)) throw new Problems(scenario.problems);
    if (years !== undefined) return { index, parameters, status: "ok", report: (await accounts(scenario, years)) as unknown as Report };
    const report = await simulate(scenario, stop, limit, distributions);
    return report === undefined
      ? { index, parameters, status: "beaten", reason: "it cannot win any more" }
      : { index, parameters, status: "ok", report };
  } catch (error) {
    if (!(error instanceof Problems)) return failed(point, error);
    return { index, parameters, status: "infeasible", reason: error.problems.map(messageOf).join("; ") };
  }
}
