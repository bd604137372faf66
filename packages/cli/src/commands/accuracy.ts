import { accuracyOf } from "../measured-runs/accuracy.ts";
import { accuracyText } from "../measured-runs/accuracy-text.ts";
import { type ComparedRun, comparedRun } from "../measured-runs/compared-run.ts";
import { type MeasuredOptions, measuredRuns, once, withLaunch } from "../measured-runs/measured-files.ts";
import type { MeasuredRun } from "../measured-runs/measured-run.ts";
import { simulatedRun } from "../measured-runs/simulated-run.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { type ExitCode, FINE, NOTHING_RAN } from "../outcomes/exit-code.ts";
import type { LocatedProblem } from "../outcomes/located-problem.ts";
import type { Simulation } from "../runs/simulation.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface AccuracyOptions extends MeasuredOptions {
  readonly json?: boolean;
}

/** Simulates measured runs, each by its own launch line and load, and says how far the two lie apart. */
export async function accuracy(
  files: readonly string[],
  options: AccuracyOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const problems: LocatedProblem[] = [];
  const runs = await measuredRuns(files, options, terminal, problems);
  if (problems.length > 0) throw new BadInput(once(problems));
  const compared: ComparedRun[] = [];
  for (const [at, given] of runs.entries()) {
    compared.push(comparedOf(withLaunch(given, options), simulation));
    if (terminal.err.live) terminal.err.write(`\r${at + 1} of ${runs.length} runs${at + 1 === runs.length ? "\n" : ""}`);
  }
  const found = accuracyOf(compared);
  if (options.json) terminal.out.write(`${JSON.stringify({ tokenyardAccuracy: 1, ...found, runs: found.runs.map(plain) })}\n`);
  else terminal.out.write(harmless(accuracyText(found)));
  if (found.runs.some(({ reason }) => reason === undefined)) return FINE;
  terminal.err.write("nothing ran: no run can be simulated\n");
  return NOTHING_RAN;
}

function comparedOf(run: MeasuredRun, simulation: Simulation): ComparedRun {
  const report = simulatedRun(run, simulation);
  return typeof report === "string" ? { run, numbers: {}, reason: report, doubts: [] } : comparedRun(run, report);
}

/** A run as JSON has it: what it is by its source, without its requests. */
function plain({ run, ...rest }: ComparedRun): object {
  const { source, engine, gpu, gpus, model, load, launch } = run;
  return { source, engine, gpu, gpus, model, load, launch, ...rest };
}
