import { existsSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Reader } from "../scenarios/open-scenarios.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import { goalOf } from "./goal.ts";
import { refusalOf } from "./written.ts";

/** Why no file can be written to `path`, tried before a run so that none is for nothing; empty where one can, and nothing is left there. */
export function fileProblems(path: string): LocatedProblem[] {
  try {
    const other = otherThan(path);
    if (other !== undefined) return [plainProblem(path, `cannot be written: ${other} stands where a file is wanted`)];
  } catch (error) {
    return refused(path, error);
  }
  return tried(path, `${goalOf(path)}.${process.pid}.draft`, (draft) => writeFileSync(draft, "\n"));
}

/** Problems of an output that is for one scenario, as `option` requests, if there are `scenarios`. */
export function ofOneProblems(option: string, path: string, scenarios: number): LocatedProblem[] {
  const stream =
    path === "-" ? [wrongValue(option, "", path, "the name of a file; the report goes to standard output")] : fileProblems(path);
  return [...stream, ...(scenarios > 1 ? [wrongValue(option, "", `${scenarios} scenarios`, "one scenario")] : [])];
}

/**
 * Options that would overwrite a file that `readers` were read from, or the output of another option; `--out` writes `outFiles` into its
 * folder.
 */
export function sharedFileProblems(
  readers: readonly Reader[],
  options: readonly (readonly [option: string, path: string | undefined])[],
  outFiles: readonly string[] = [],
): LocatedProblem[] {
  const users = new Map(outFiles.map((path) => [realPath(path), "what --out writes"]));
  for (const { file, reads } of readers)
    for (const path of reads) users.set(realPath(path), path === file ? "the scenario" : `which ${file} reads`);
  const problems: LocatedProblem[] = [];
  for (const [option, path] of options) {
    if (path === undefined) continue;
    const user = users.get(realPath(path));
    if (user === undefined) users.set(realPath(path), `what ${option} writes`);
    else problems.push(wrongValue(option, "", `${path}, ${user},`, "a file of its own"));
  }
  return problems;
}

/** The files that a study writes. */
export interface StudyFiles {
  readonly out?: string;
  /** Goes on with the study in `out`, where there is one. */
  readonly resume?: boolean;
  readonly html?: string;
}

/** Problems of the files that a study of `reader` writes. */
export function studyFileProblems(reader: Reader, { out, resume, html }: StudyFiles): LocatedProblem[] {
  const shared = sharedFileProblems(
    [reader],
    [
      ["--out", out],
      ["--html", html],
    ],
  );
  const isShared = shared.some(({ file }) => file === "--out");
  return [
    ...(html === undefined ? [] : fileProblems(html)),
    ...shared,
    ...(out === undefined || isShared ? [] : studyProblems(out, resume ?? false)),
  ];
}

/** Why no study can be kept at `path`; whether it holds this study is seen when it is opened. */
function studyProblems(path: string, resume: boolean): LocatedProblem[] {
  if (resume && existsSync(path)) return [];
  const taken = takenBy(path);
  return taken === undefined ? fileProblems(path) : [taken];
}

/** Problem of an existing file at the path of a new study. */
export function takenBy(path: string): LocatedProblem | undefined {
  const taken = [path, `${path}.wal`].find((each) => existsSync(each));
  return taken === undefined ? undefined : plainProblem(taken, "already exists; --resume continues a study, and no file is overwritten");
}

/** One path for all names of a file, even of one that does not exist yet. */
function realPath(path: string): string {
  const whole = resolve(goalOf(path));
  if (existsSync(whole)) return realpathSync(whole);
  return existsSync(dirname(whole)) ? join(realpathSync(dirname(whole)), basename(whole)) : whole;
}

/** Description of what is at `path` and is no file: writing would replace it, which devices and pipes must not suffer. */
function otherThan(path: string): string | undefined {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isFile()) return undefined;
  return there.isDirectory() ? "a folder" : "a device or a pipe";
}

/** Why no folder can be made, or written into, at `path`; empty where one can. */
export function newFolderProblems(path: string): LocatedProblem[] {
  let there = resolve(path);
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  let draft: string;
  try {
    draft = mkdtempSync(join(there, ".tokenyard-"));
  } catch (error) {
    return refused(path, error);
  }
  return tried(path, draft, () => writeFileSync(join(draft, "draft"), "\n"));
}

function tried(path: string, draft: string, write: (draft: string) => void): LocatedProblem[] {
  try {
    write(draft);
    return [];
  } catch (error) {
    return refused(path, error);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function refused(path: string, error: unknown): LocatedProblem[] {
  const problem = refusalOf(path, error);
  if (problem === undefined) throw error;
  return [problem];
}
