import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Report } from "@tokenyard/report";
import { stringify } from "yaml";
import { makeFolder } from "../cache/make-folder.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { fileProblems } from "./destination.ts";
import { goalOf, isLink } from "./goal.ts";

const WRITTEN = ["scenario.yaml", "report.txt", "report.json"] as const;
/** Longest folder name that every file system accepts, in characters. */
const LONGEST_NAME = 200;

/** A scenario that will be written: its name, the file that it came from, and all that were read for it. */
export interface Destined {
  readonly name: string;
  readonly file: string;
  readonly reads: readonly string[];
}

/** Files of a report of a scenario called `name`. */
export function reportFiles(folder: string, name: string): string[] {
  return WRITTEN.map((file) => join(folder, name, file));
}

/** Why the reports of these scenarios cannot all be written into `folder`: names that are no folder names, or that clash. */
export function folderProblems(folder: string, scenarios: readonly Destined[]): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  const first = new Map<string, string>();
  for (const { name, file, reads } of scenarios) {
    const refuse = (wanted: string) => problems.push(wrongValue(file, "name", name, wanted));
    const key = name.toLowerCase(); // some file systems ignore case
    const other = first.get(key);
    if (!isFolderName(name)) refuse("a name that can be a folder, for --out: no slash, no dot in front, no control character");
    else if (other !== undefined) refuse(`another name than that of ${other}: --out gives each scenario a folder of its name`);
    const lost = reads.find((path) => reportFiles(folder, name).some((written) => isSame(written, path)));
    if (isFolderName(name) && lost !== undefined)
      refuse(`another folder for --out: the result would replace ${lost === file ? "this file" : `${lost}, which it reads`}`);
    if (other === undefined) first.set(key, file);
  }
  return problems;
}

/** Reasons why these files cannot replace existing ones, such as a folder; links are followed. */
export function replacedProblems(files: readonly string[]): LocatedProblem[] {
  return files.flatMap((file) => (existsSync(file) || isLink(file) ? fileProblems(file) : []));
}

/**
 * Writes `folder`/name/{report.json, report.txt, scenario.yaml}. Each file appears whole or not at all: all three are written
 * beside their place first, and moved there when they are complete. Links are followed. Other files in the folder stay.
 */
export function writeReportFolder(folder: string, report: Report, text: string): string {
  const { name, resolved } = report.scenario;
  const place = join(folder, name);
  const files: Record<(typeof WRITTEN)[number], string> = {
    "scenario.yaml": stringify(resolved),
    "report.txt": text,
    "report.json": `${JSON.stringify(report, null, 2)}\n`,
  };
  const made = makeFolder(resolve(folder));
  try {
    moveInto(folder, place, files);
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    throw error;
  }
  return place;
}

/** Puts `files` into `place`, a folder of `folder`; where one is a link, to where that leads. */
function moveInto(folder: string, place: string, files: Readonly<Record<string, string>>): void {
  const drafts = mkdtempSync(join(folder, ".report-"));
  const moves = Object.entries(files).map(([file, content]) => {
    const path = join(place, file);
    const goal = goalOf(path);
    return { goal, draft: goal === path ? join(drafts, file) : `${goal}.${process.pid}.draft`, content }; // perhaps on another file system
  });
  try {
    for (const { draft, content } of moves) writeFileSync(draft, content);
    mkdirSync(place, { recursive: true });
    for (const { draft, goal } of moves) renameSync(draft, goal);
  } finally {
    for (const draft of [drafts, ...moves.map(({ draft }) => draft)]) rmSync(draft, { recursive: true, force: true });
  }
}

function isFolderName(name: string): boolean {
  return name.length <= LONGEST_NAME && !/^\.|[/\\:*?"<>|\p{Cc}]|[. ]$/u.test(name);
}

function isSame(path: string, file: string): boolean {
  return existsSync(path) && existsSync(file) && realpathSync(path) === realpathSync(file);
}
