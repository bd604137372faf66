import { spawnSync } from "node:child_process";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { plainProblem } from "../terminal/located-problem.ts";

/** A job of Slurm, as a script for `sbatch`. */
export interface SlurmJob {
  /** Path of the script. */
  readonly script: string;
  readonly name: string;
  /** Tasks of an array, from 1; undefined for a single job. */
  readonly tasks?: number;
  /** Options after `#SBATCH`, such as `--partition=long`. */
  readonly options: readonly string[];
  /** Path of the output of its tasks. */
  readonly log: string;
  /** A command, with `$SLURM_ARRAY_TASK_ID` in it where it differs. */
  readonly command: string;
}

/** `text` as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** `path` as a value behind `#SBATCH`. */
function sbatchWord(path: string): string {
  return /[\s"'\\#]/.test(path) ? `"${path.replace(/["\\]/g, "\\$&")}"` : path;
}

/** `path` as a file of Slurm's output, where a per cent sign begins a number of the job. */
export function logPath(path: string): string {
  return path.replaceAll("%", "%%");
}

/** The command that starts this program, as all machines of a cluster with a common file system can. */
export function ownCommand(): string {
  return [process.execPath, process.argv[1]!].map(shellWord).join(" ");
}

/** Script of `job`. It runs in the folder that it was written for. */
export function scriptText({ name, tasks, options, log, command }: SlurmJob, folder = process.cwd()): string {
  const lines = [`--job-name=${name}`, ...(tasks === undefined ? [] : [`--array=1-${tasks}`]), `--output=${sbatchWord(log)}`, ...options];
  return `#!/bin/bash
${lines.map((line) => `#SBATCH ${line}\n`).join("")}set -euo pipefail
cd ${shellWord(folder)}
${command}
`;
}

/** Writes the scripts of `jobs`, and then submits them, each to begin when the one before has ended well. Gives their numbers. Throws BadInput where they cannot be. */
export function submit(jobs: readonly SlurmJob[]): string[] {
  for (const job of jobs) written(job.script, () => writeWhole(job.script, scriptText(job), 0o700));
  const scripts = jobs.map(({ script }) => script);
  const numbers: string[] = [];
  for (const script of scripts) numbers.push(submitted(script, numbers.at(-1), scripts));
  return numbers;
}

function submitted(script: string, after: string | undefined, all: readonly string[]): string {
  const order = after === undefined ? [] : [`--dependency=afterok:${after}`, "--kill-on-invalid-dep=yes"];
  const { status, stdout, stderr, error } = spawnSync("sbatch", ["--parsable", ...order, script], { encoding: "utf8" });
  if (error !== undefined) {
    const code = (error as NodeJS.ErrnoException).code;
    const are = `${all.join(" and, after it, ")} ${all.length === 1 ? "is" : "are"} written, to be submitted where it can`;
    throw refused(`sbatch cannot be started (${code}); ${are}`);
  }
  if (status !== 0) throw refused(`sbatch refuses ${script}: ${stderr.trim().replace(/^sbatch: (error: )?/gm, "")}`);
  return stdout.trim().split(";")[0]!;
}

function refused(message: string): BadInput {
  return new BadInput([plainProblem("--slurm", message)]);
}
