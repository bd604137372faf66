import { messageOf, Problems } from "@tokenyard/scenario";
import { simulate as simulateHere } from "@tokenyard/simulator";
import { keeping } from "./keeping.ts";
import { failed, orderedRunner, type RunPoint } from "./ordered-runner.ts";
import { isImpossible, type Point } from "./point.ts";
import type { PointResult } from "./point-result.ts";
import type { ResultStore } from "./result-store.ts";
import type { Runner, Simulate, StopSignal } from "./runner.ts";
import { Stop } from "./stop.ts";

export interface InProcessRunnerOptions {
  readonly simulate?: Simulate;
  /** Waits a moment before each point, so that the thread can do other things, as hear Ctrl-C. */
  pause?(): Promise<unknown>;
  /** Gives the results that it has, and keeps the others. */
  readonly store?: ResultStore;
}

const NEVER = new Stop();
/** Without a pause, in which nothing could be heard anyway. */
const inOne: Simulate = (scenario) => simulateHere(scenario);

/** Runs points in this thread, one after another. */
export function inProcessRunner({ simulate = inOne, pause, store }: InProcessRunnerOptions = {}): Runner {
  const run: RunPoint = async (point, stop) => {
    await pause?.();
    return stop.aborted ? failed(point, "given up") : runPoint(point, simulate, stop);
  };
  return orderedRunner(store === undefined ? run : keeping(store, run), 1);
}

/** What becomes of `point`. Never throws: what goes wrong is a row. */
export async function runPoint(point: Point, simulate: Simulate = inOne, stop: StopSignal = NEVER): Promise<PointResult> {
  const { index, parameters, scenario } = point;
  try {
    if (isImpossible(scenario)) throw new Problems(scenario.problems);
    return { index, parameters, status: "ok", report: await simulate(scenario, stop) };
  } catch (error) {
    if (!(error instanceof Problems)) return failed(point, error);
    return { index, parameters, status: "infeasible", reason: error.problems.map(messageOf).join("; ") };
  }
}
