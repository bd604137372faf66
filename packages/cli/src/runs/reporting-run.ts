import { summarize } from "@tokenyard/report";
import { type ReadPieces, targetsOf } from "@tokenyard/scenario";
import { type LawStore, type Progress, prepare, start } from "@tokenyard/simulator";
import type { Simulate } from "@tokenyard/study";

/** Events between two times that a run reports how far it is. */
const EVENTS = 1 << 8;

/** Files and tables that runs may read. */
export interface RunSources {
  readonly readPieces: ReadPieces;
  readonly lawTables?: LawStore;
}

/** The simulator in this thread, which reports the share of each run that is done; nothing can be heard meanwhile. */
export function reportingRuns(sources: RunSources, report: (share: number) => void): Simulate {
  return (scenario, _, limit, distributions = false) => {
    const run = start(prepare(scenario, sources), limit && { limit });
    while (run.advance(EVENTS)) report(shareOf(run.progress()));
    return run.isOverLimit ? undefined : summarize(run.recording(), targetsOf(scenario), { distributions });
  };
}

/** Share of its requests that a run has finished. */
export function shareOf({ finished, requests }: Pick<Progress, "finished" | "requests">): number {
  return requests === 0 ? 0 : finished / requests;
}
