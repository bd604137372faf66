import { summarize } from "@tokenyard/report";
import { targetsOf } from "@tokenyard/scenario";
import { inProcessRunner, type ResultStore } from "@tokenyard/study";
import type { Interrupt } from "../interrupt.ts";
import type { Simulation } from "../simulation.ts";
import { inSlices } from "../sliced-run.ts";
import { type WorkerRunner, workerRunner } from "../worker-runner.ts";

export interface StudyRunnerOptions {
  readonly workers: number;
  readonly store?: ResultStore;
  readonly simulation: Simulation;
  readonly interrupt: Interrupt;
}

/** Runs the points of a study: in this thread when there is one worker, pausing to hear Ctrl-C, else in worker threads. */
export function studyRunner({ workers, store, simulation, interrupt }: StudyRunnerOptions): WorkerRunner {
  const kept = store === undefined ? {} : { store };
  if (workers > 1) return workerRunner({ workers, ...kept });
  const runner = inProcessRunner({
    ...kept,
    simulate: async (scenario) => summarize(await inSlices(simulation.start(simulation.prepare(scenario)), interrupt), targetsOf(scenario)),
  });
  return { run: runner.run, close: async () => {} };
}
