import { digestOf, type Scenario } from "@tokenyard/scenario";
import type { Point, PointResult } from "@tokenyard/study";
import { closeStudy, openStudy, type StudyFileOptions } from "../results/open-study.ts";
import type { StudyHeader } from "../results/study-header.ts";
import type { Simulation } from "../runs/simulation.ts";
import { StudyProgress } from "../studies/study-progress.ts";
import { studyRunner } from "../studies/study-runner.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { VERSION } from "../terminal/version.ts";
import { type ComparedRun, comparedRun } from "./compared-run.ts";
import type { MeasuredRun } from "./run/measured-run.ts";
import { scenarioOfRun } from "./run-scenario.ts";

export interface ComparedRunsOptions extends StudyFileOptions {
  readonly files: readonly string[];
  readonly terminal: Terminal;
  readonly simulation: Simulation;
  /** Once aborted, no further run starts. */
  readonly signal: AbortSignal;
  readonly workers?: number;
  readonly queue?: string;
}

const TICK_MS = 200;

/** Compares each of `runs` with its simulation, in order. Simulations are points of a study: in threads or a queue, and kept in a file if asked. */
export async function comparedRuns(runs: readonly MeasuredRun[], options: ComparedRunsOptions): Promise<ComparedRun[]> {
  const compared: (ComparedRun | undefined)[] = runs.map(() => undefined);
  const points: Point[] = [];
  const placeOf: number[] = [];
  for (const [at, run] of runs.entries()) {
    const scenario: Scenario | string = scenarioOfRun(run);
    if (typeof scenario === "string") {
      compared[at] = unsaid(run, scenario);
      continue;
    }
    points.push({ index: points.length, parameters: {}, scenario });
    placeOf.push(at);
  }
  for await (const row of rowsOf(points, runs, options)) {
    const at = placeOf[row.index]!;
    compared[at] = ofRow(runs[at]!, row);
  }
  return compared.filter((each) => each !== undefined);
}

async function* rowsOf(points: readonly Point[], runs: readonly MeasuredRun[], options: ComparedRunsOptions): AsyncGenerator<PointResult> {
  const { files, terminal, simulation, signal, workers, queue } = options;
  const title = "accuracy";
  const study = await openStudy(headerOf(files, runs), options, terminal.err);
  const runner = await studyRunner({
    workers,
    queue,
    title,
    err: terminal.err,
    file: files[0]!,
    arePointsKnown: true,
    study,
    simulation,
  });
  const progress = new StudyProgress(terminal.err, title, performance.now(), "run");
  let ended = 0;
  const tick = () =>
    progress.show(
      { ended, most: points.length, underWay: runner.underWay(), workforce: runner.workforce(), best: undefined },
      performance.now(),
    );
  const timer = setInterval(tick, TICK_MS);
  try {
    yield* runner.run(points, {
      signal,
      onProgress: (now) => {
        ended = now.ended;
      },
    });
  } finally {
    clearInterval(timer);
    progress.clear();
    await runner.close();
    await closeStudy(study, options, terminal.err);
  }
}

/** Header of the study of these runs. */
function headerOf(files: readonly string[], runs: readonly MeasuredRun[]): StudyHeader {
  const hash = digestOf(runs);
  return { version: VERSION, command: "accuracy", name: files.join(", "), hash, seed: 1, question: { runs: runs.length } };
}

function ofRow(run: MeasuredRun, row: PointResult): ComparedRun {
  if (row.status !== "ok") return unsaid(run, row.reason);
  const { gpus } = row.report;
  if (gpus !== run.gpus) return unsaid(run, `its launch line takes ${gpus} GPUs, and the run had ${run.gpus}`);
  return comparedRun(run, row.report);
}

function unsaid(run: MeasuredRun, reason: string): ComparedRun {
  return { run, numbers: {}, reason, doubts: [] };
}
