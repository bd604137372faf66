import { existsSync } from "node:fs";
import { fileProblems } from "../files/destination.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { type MeasuredOptions, measuredRuns, once } from "../measured-runs/measured-files.ts";
import { writeParquet } from "../measured-runs/parquet-runs.ts";
import type { MeasuredRun } from "../measured-runs/run/measured-run.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { isParquet } from "../scenarios/scenario-text.ts";
import { counted } from "../terminal/amount.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { harmless, type Terminal } from "../terminal/terminal.ts";

export interface ImportRunsOptions extends MeasuredOptions {
  /** File for the lines; standard output by default. */
  readonly out?: string;
}

/** Turns results that tools of measurement wrote into lines of JSON in one form, a run each. */
export async function importRuns(files: readonly string[], options: ImportRunsOptions, terminal: Terminal): Promise<ExitCode> {
  const problems: LocatedProblem[] = [];
  const { out } = options;
  if (out !== undefined && existsSync(out)) problems.push(wrongValue("--out", "", out, "a name that no file has: nothing is written over"));
  else if (out !== undefined) problems.push(...fileProblems(out));
  const runs = await measuredRuns(files, options, terminal, problems);
  if (problems.length > 0) throw new BadInput(once(problems));
  const lines = runs.map((run) => `${JSON.stringify(run)}\n`).join("");
  if (out === undefined) terminal.out.write(lines);
  else if (isParquet(out)) await writeParquet(out, lines);
  else written(out, () => writeWhole(out, lines));
  const each = runs.reduce((sum, run) => sum + (run.each?.length ?? 0), 0);
  terminal.err.write(`${counted(runs.length, "run")} of ${counted(files.length, "file")}, ${counted(each, "request")} one by one\n`);
  for (const remark of remarksOf(runs)) terminal.err.write(`${harmless(remark)}\n`);
  return FINE;
}

/** Remarks on values that the runs do not state. */
function remarksOf(runs: readonly MeasuredRun[]): string[] {
  const without = (what: string, lacks: (run: MeasuredRun) => boolean, hint: string) => {
    const count = runs.filter(lacks).length;
    return count === 0 ? [] : [`${counted(count, "run")} without ${what}${hint}`];
  };
  return [
    ...without("the line that launched the server", ({ launch }) => launch === null, "; --launch TEXT"),
    ...without("a number of requests before those that count", ({ warmUpRequests }) => warmUpRequests === null, "; --warm-up N"),
    ...without("how requests were sent", ({ load }) => load === null, ": their tool does not write it"),
  ];
}
