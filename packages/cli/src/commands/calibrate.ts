import { existsSync } from "node:fs";
import type { CalibrationSpec } from "@tokenyard/scenario";
import { stringify } from "yaml";
import { fileProblems } from "../files/destination.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { type Calibrated, calibratedBy } from "../measured-runs/calibration/calibrated.ts";
import { calibrationText } from "../measured-runs/calibration/calibration-text.ts";
import { type JudgedRun, judgedRun } from "../measured-runs/calibration/judged-run.ts";
import { type MeasuredOptions, measuredRuns, once, withLaunch } from "../measured-runs/measured-files.ts";
import type { MeasuredRun } from "../measured-runs/run/measured-run.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { Interrupt, Interrupted } from "../outcomes/interrupt.ts";
import type { Simulation } from "../runs/simulation.ts";
import { counted } from "../terminal/amount.ts";
import { type ExitCode, FINE, NOTHING_RAN } from "../terminal/exit-code.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface CalibrateOptions extends MeasuredOptions {
  /** File of the calibration. */
  readonly out: string;
  readonly json?: boolean;
}

/** Simulates measured runs, and writes the corrections of the simulator as a file that scenarios extend. */
export async function calibrate(
  files: readonly string[],
  options: CalibrateOptions,
  terminal: Terminal,
  simulation: Simulation,
): Promise<ExitCode> {
  const problems: LocatedProblem[] = [];
  const { out, json } = options;
  if (existsSync(out)) problems.push(wrongValue("--out", "", out, "a name that no file has: nothing is written over"));
  else problems.push(...fileProblems(out));
  const given = await measuredRuns(files, options, terminal, problems);
  if (problems.length > 0) throw new BadInput(once(problems));
  const found = await interruptibly(given.length, terminal, (tick) => calibration(given, options, terminal, simulation, tick));
  const { spec } = found;
  if (spec !== undefined) written(out, () => writeWhole(out, calibrationYaml(spec)));
  terminal.out.write(json ? `${JSON.stringify({ tokenyardCalibration: 1, ...plain(found) })}\n` : harmless(calibrationText(found)));
  if (spec !== undefined) {
    if (!json) terminal.out.write(harmless(`\n${out} written. A scenario uses it by \`extends: ${out}\`.\n`));
    return FINE;
  }
  terminal.err.write("nothing written: every run is left out\n");
  return NOTHING_RAN;
}

/** Done after a simulation, when signals have been heard; of a run that was judged, `isJudged`. */
type Tick = (isJudged?: boolean) => Promise<void>;

/** Runs `work`, between whose simulations the process hears signals. Throws Interrupted with how many of `count` runs were judged. */
async function interruptibly(count: number, { err }: Terminal, work: (tick: Tick) => Promise<Calibrated>): Promise<Calibrated> {
  const interrupt = new Interrupt();
  let judged = 0;
  try {
    return await work(async (isJudged = false) => {
      if (isJudged) judged++;
      await interrupt.pause();
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    if (err.live && judged < count) err.write("\n"); // behind the count of runs
    throw new Interrupted(`${judged} of ${counted(count, "run")} were simulated, and nothing is written; the same command begins again`);
  } finally {
    interrupt.dispose();
  }
}

/** Judges `given` runs one by one, and what they say together. */
async function calibration(
  given: readonly MeasuredRun[],
  options: CalibrateOptions,
  terminal: Terminal,
  simulation: Simulation,
  tick: Tick,
): Promise<Calibrated> {
  const runs: JudgedRun[] = [];
  const sources = new Map<string, MeasuredRun["source"]>();
  for (const [at, run] of given.entries()) {
    const { source, ...measured } = run;
    const key = JSON.stringify(measured);
    const before = sources.get(key);
    if (before === undefined) runs.push(judgedRun(withLaunch(run, options), simulation));
    else
      runs.push({ run, reasons: [`the same as ${before.file}#${before.at}: a run that is given twice would confirm itself`], doubts: [] });
    sources.set(key, before ?? source);
    if (terminal.err.live) terminal.err.write(`\r${at + 1} of ${given.length} runs${at + 1 === given.length ? "\n" : ""}`);
    await tick(true);
  }
  return calibratedBy(runs, simulation, tick);
}
/** Content of the file: the calibration as in a scenario. */
function calibrationYaml(spec: CalibrationSpec): string {
  const { noise, ...rest } = spec;
  const { tokenyard, ...others } = rest;
  return stringify({ calibration: { tokenyard, noise: `${Number((noise * 100).toPrecision(3))} %`, ...others } }, { lineWidth: 0 });
}

/** JSON form: runs by their source, without their requests. */
function plain({ runs, spec, ...rest }: Calibrated): object {
  return {
    ...rest,
    calibration: spec ?? null,
    runs: runs.map(({ run, reasons, doubts }) => ({ source: run.source, load: run.load, reasons, doubts })),
  };
}
