import { summarize } from "@tokenyard/report";
import { targetsOf } from "@tokenyard/scenario";
import { inProcessRunner, type PointResult, type Runner } from "@tokenyard/study";
import { piecesBeside } from "../files-beside.ts";
import type { StudyFile } from "../results/study-file.ts";
import type { Simulation } from "../simulation.ts";
import { inSlices } from "../sliced-run.ts";
import { shareOf } from "../told-run.ts";
import { AT_NONE, UnderWay } from "../under-way.ts";
import { type WorkerRunner, workerRunner } from "../worker-runner.ts";

export interface StudyRunnerOptions {
  readonly workers: number;
  /** Of the scenario, as the user named it; its trace is named relative to it. */
  readonly file: string;
  /** Gives the results that it has, and keeps the others. */
  readonly study: StudyFile | undefined;
  readonly simulation: Simulation;
  /** Called with each row before it is given. */
  onRow?(row: PointResult): void;
}

/** Runs the points of a study: in this thread when there is one worker, pausing to hear its signal, else in worker threads. */
export function studyRunner({ workers, file, study, simulation, onRow }: StudyRunnerOptions): WorkerRunner {
  const store = study === undefined ? {} : { store: study };
  const pool = workers > 1 ? workerRunner({ workers, scenarioFile: file, ...store }) : undefined;
  const here = new UnderWay(1);
  const tell = here.take();
  const inner: Runner =
    pool ??
    inProcessRunner({
      ...store,
      simulate: async (scenario, stop) => {
        const setup = simulation.prepare(scenario, { readPieces: piecesBeside(file) });
        const run = simulation.start(setup);
        tell(0);
        const recording = await inSlices(run, stop, () => tell(shareOf(run.progress())));
        tell(AT_NONE);
        return summarize(recording, targetsOf(scenario));
      },
    });
  return {
    async *run(points, options) {
      for await (const row of inner.run(points, options)) {
        if (row.status === "failed") await study?.putFailed(row, row.reason);
        onRow?.(row);
        yield row;
      }
    },
    underWay: () => pool?.underWay() ?? here.tell(),
    close: async () => pool?.close(),
  };
}
