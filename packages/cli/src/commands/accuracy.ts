import { writeAnswer } from "../files/answer-file.ts";
import { studyFileProblems } from "../files/destination.ts";
import { type Accuracy, accuracyOf } from "../measured-runs/accuracy.ts";
import { accuracyAnswer, accuracyText } from "../measured-runs/accuracy-text.ts";
import type { ComparedRun } from "../measured-runs/compared-run.ts";
import { comparedRuns } from "../measured-runs/compared-runs.ts";
import { type MeasuredOptions, measuredRuns, once, withLaunch } from "../measured-runs/measured-files.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import { resumeProblems, type StudyFileOptions } from "../results/open-study.ts";
import type { Simulation } from "../runs/simulation.ts";
import { checkQueue } from "../studies/study-runner.ts";
import { type ExitCode, FINE, NOTHING_RAN } from "../terminal/exit-code.ts";
import type { LocatedProblem } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface AccuracyOptions extends MeasuredOptions, StudyFileOptions {
  readonly json?: boolean;
  /** Takes the answer as a page. */
  readonly html?: string;
  readonly workers?: number;
  /** The URL of a queue of workers, in place of threads. */
  readonly queue?: string;
}

/** Simulates measured runs, each by its own launch line and load, and reports the differences. */
export async function accuracy(
  files: readonly string[],
  options: AccuracyOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const problems: LocatedProblem[] = [...resumeProblems(options), ...studyFileProblems({ file: files[0]!, reads: files }, options)];
  const given = await measuredRuns(files, options, terminal, problems);
  if (problems.length > 0) throw new BadInput(once(problems));
  await checkQueue(options.queue, options.workers);
  const interrupt = new Interrupt(); // before a file is begun, so that none is left half made
  let compared: readonly ComparedRun[];
  try {
    const runs = given.map((run) => withLaunch(run, options));
    compared = await comparedRuns(runs, { ...options, files, terminal, simulation, signal: interrupt.signal });
  } finally {
    interrupt.dispose();
  }
  if (interrupt.signal.aborted) throw new Interrupted();
  const found: Accuracy = accuracyOf(compared);
  if (options.json) terminal.out.write(`${JSON.stringify({ tokenyardAccuracy: 1, ...found, runs: found.runs.map(plain) })}\n`);
  else terminal.out.write(harmless(accuracyText(found)));
  writeAnswer(options.html, () => accuracyAnswer(found));
  if (found.runs.some(({ reason }) => reason === undefined)) return FINE;
  terminal.err.write("nothing ran: no run can be simulated\n");
  return NOTHING_RAN;
}

/** JSON form of a run: identified by its source, without its requests. */
function plain({ run, ...rest }: ComparedRun): object {
  const { source, engine, gpu, gpus, model, load, launch } = run;
  return { source, engine, gpu, gpus, model, load, launch, ...rest };
}
