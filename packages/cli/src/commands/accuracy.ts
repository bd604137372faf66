import { type Report, summarize } from "@tokenyard/report";
import { Problems } from "@tokenyard/scenario";
import type { Setup } from "@tokenyard/simulator";
import { accuracyOf } from "../measured-runs/accuracy.ts";
import { accuracyText } from "../measured-runs/accuracy-text.ts";
import { type ComparedRun, comparedRun } from "../measured-runs/compared-run.ts";
import { type MeasuredOptions, measuredRuns, once } from "../measured-runs/measured-files.ts";
import type { MeasuredRun } from "../measured-runs/measured-run.ts";
import { reasonOf, scenarioOfRun } from "../measured-runs/run-scenario.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { type ExitCode, FINE, NOTHING_RAN } from "../outcomes/exit-code.ts";
import type { LocatedProblem } from "../outcomes/located-problem.ts";
import type { Simulation } from "../runs/simulation.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface AccuracyOptions extends MeasuredOptions {
  readonly json?: boolean;
}

/** Events between two looks at how far a run is. */
const SLICE = 200_000;

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
    const run = given.launch === null && options.launch !== undefined ? { ...given, launch: options.launch } : given;
    compared.push(comparedOf(run, simulation));
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
  const unsaid = (reason: string): ComparedRun => ({ run, numbers: {}, reason, doubts: [] });
  const scenario = scenarioOfRun(run);
  if (typeof scenario === "string") return unsaid(scenario);
  try {
    const setup = simulation.prepare(scenario);
    const gpus = setup.pools.reduce((sum, { plan }) => sum + plan.ranks, 0);
    if (gpus !== run.gpus) return unsaid(`its launch line takes ${gpus} GPUs, and the run had ${run.gpus}`);
    const report = reportOf(setup, simulation);
    return report === undefined ? unsaid("more work than a run may take") : comparedRun(run, report);
  } catch (error) {
    if (error instanceof Problems) return unsaid(reasonOf(error));
    throw error;
  }
}

/** Undefined where it passes its limit of work. */
function reportOf(setup: Setup, simulation: Simulation): Report | undefined {
  const run = simulation.start(setup);
  while (run.advance(SLICE)) if (run.isOverLimit === true) return undefined;
  return run.isOverLimit === true ? undefined : summarize(run.recording());
}

/** A run as JSON has it: what it is by its source, without its requests. */
function plain({ run, ...rest }: ComparedRun): object {
  const { source, engine, gpu, gpus, model, load, launch } = run;
  return { source, engine, gpu, gpus, model, load, launch, ...rest };
}
