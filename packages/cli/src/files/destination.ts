import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type LocatedProblem, plainProblem } from "../outcomes/located-problem.ts";
import { refusalOf } from "./written.ts";

/** Why no file can be written to `path`, tried before a run so that none is for nothing; empty where one can, and nothing is left there. */
export function fileProblems(path: string): LocatedProblem[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    return [plainProblem(path, "cannot be written: a folder stands where a file is wanted")];
  }
  return tried(path, `${path}.${process.pid}.draft`, (draft) => writeFileSync(draft, "\n"));
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
