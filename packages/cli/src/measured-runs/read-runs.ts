import type { z } from "zod";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import { type JsonTree, jsonTrees } from "./json/json-trees.ts";
import { withObserved } from "./observed/observed-trees.ts";
import { type MeasuredRun, measuredRunSchema, type ToolRun } from "./run/measured-run.ts";
import { hasKeys, type Tool } from "./tools/tool.ts";
import { TOOLS } from "./tools/tools.ts";

/** A run as a file has it: of a tool, or whole, as a file of ours. */
export type ReadRun =
  | { readonly whole: MeasuredRun }
  | { readonly whole?: undefined; readonly run: ToolRun; readonly source: Omit<MeasuredRun["source"], "toolVersion"> };

/** Most mistakes to list for one file. */
const MOST_PROBLEMS = 20;

/** The runs in the `text` of `file`. Mistakes go into `problems`. */
export function readRuns(text: string, file: string, problems: LocatedProblem[]): ReadRun[] {
  const found: LocatedProblem[] = [];
  return runsIn(jsonTrees(text, file, found), file, found, problems);
}

/** The runs in the `trees` of `file`, of which `found` are the mistakes so far. All mistakes go into `problems`. */
export function runsIn(trees: readonly JsonTree[], file: string, found: LocatedProblem[], problems: LocatedProblem[]): ReadRun[] {
  const runs: ReadRun[] = [];
  const mistake = (error: unknown, tree: unknown, line: number | null) =>
    found.push(...schemaProblems(error as z.ZodError, tree, file, line));
  for (const each of joined(withObserved(trees, file, found, mistake))) runs.push(...runsOf(each, file, runs.length, found));
  if (runs.length === 0 && found.length === 0) found.push(plainProblem(file, "no run given; wanted the results of one"));
  problems.push(...found.slice(0, MOST_PROBLEMS));
  if (found.length > MOST_PROBLEMS) problems.push(plainProblem(file, `${found.length - MOST_PROBLEMS} more mistakes`));
  return runs;
}

/** A tree of a file; for a list of requests on lines of their own, with those lines. */
interface JoinedTree extends JsonTree {
  readonly lines?: readonly (number | null)[];
}

/** Rows of requests of one tool, one a line, are one run. */
function joined(trees: readonly JsonTree[]): JoinedTree[] {
  const rowsOf = new Map<Tool, JsonTree[]>();
  const alone = trees.filter((each) => {
    const tool = isObject(each.tree) ? TOOLS.find(({ row }) => row?.(each.tree as object)) : undefined;
    if (tool === undefined) return true;
    const rows = rowsOf.get(tool) ?? [];
    rowsOf.set(tool, rows);
    rows.push(each);
    return false;
  });
  const runs = [...rowsOf.values()].map((rows) => ({
    tree: rows.map(({ tree }) => tree),
    line: rows[0]!.line,
    lines: rows.map(({ line }) => line),
  }));
  return [...runs, ...alone];
}

function runsOf({ tree, line, lines }: JoinedTree, file: string, before: number, problems: LocatedProblem[]): ReadRun[] {
  if (isObject(tree) && hasKeys(tree, "tokenyardRun")) {
    const read = measuredRunSchema.safeParse(tree);
    if (read.success) {
      problems.push(...unitProblems(read.data, file, line));
      return [{ whole: read.data }];
    }
    problems.push(...schemaProblems(read.error, tree, file, line));
    return [];
  }
  const tool = isObject(tree) ? TOOLS.find((each) => each.owns(tree)) : undefined;
  if (tool === undefined) {
    const names = [...new Set(TOOLS.map(({ name }) => name))];
    problems.push({ ...plainProblem(file, `no results that are known; wanted a file of ${names.join(", ")}, or of import-runs`), line });
    return [];
  }
  const read = tool.schema.safeParse(tree);
  if (!read.success) {
    problems.push(...schemaProblems(read.error, tree, file, line, tool.name).map((problem) => inRow(problem, lines)));
    return [];
  }
  const runs = tool.runs(read.data).map((run, at) => ({ run, source: { file, at: before + at, tool: tool.name } }));
  problems.push(...runs.flatMap(({ run }) => unitProblems(run, file, line)));
  if (runs.length === 0)
    problems.push({ ...plainProblem(file, `no run in the results of ${tool.name}; wanted requests after the warm-up`), line });
  return runs;
}

/** Factor over the length of the run above which times of answers are taken to be in other units. */
const LONGER = 2;

/** Problem of a run whose mean answer takes longer than the run, so that one of the two is in another unit. */
function unitProblems(run: Pick<MeasuredRun, "durationSeconds" | "e2eSeconds" | "ttftSeconds">, file: string, line: number | null) {
  const { durationSeconds: all, e2eSeconds, ttftSeconds } = run;
  const [name, mean] = e2eSeconds?.mean == null ? ["TTFT", ttftSeconds?.mean ?? null] : ["E2E", e2eSeconds.mean];
  if (all === null || mean === null || mean <= LONGER * all) return [];
  const shown = (seconds: number) => `${Number(seconds.toPrecision(3))} s`;
  const what = `mean ${name} of ${shown(mean)} in a run of ${shown(all)} given; wanted times that the run has room for: seconds or milliseconds, not both`;
  return [{ ...plainProblem(file, what), line }];
}

/** The problem at the line of its request, if requests have lines of their own. */
function inRow(problem: LocatedProblem, lines: readonly (number | null)[] | undefined): LocatedProblem {
  const [row, ...rest] = problem.path.split(".");
  return lines === undefined ? problem : { ...problem, line: lines[Number(row)] ?? problem.line, path: rest.join(".") };
}

function schemaProblems({ issues }: z.ZodError, tree: unknown, file: string, line: number | null, tool?: string): LocatedProblem[] {
  return issues.map(({ code, path, message }) => {
    const given = path.reduce<unknown>((value, key) => (isObject(value) ? (value as Record<PropertyKey, unknown>)[key] : undefined), tree);
    const wanted = `${wantedOf(message)}${tool === undefined || code === "custom" ? "" : `, as ${tool} writes it`}`;
    const shown = given === undefined ? null : JSON.stringify(given).slice(0, 60);
    return { ...wrongValue(file, path.map(String).join("."), shown, wanted), line };
  });
}

/** Demand in a message of the schema, without its first words. */
function wantedOf(message: string): string {
  const bound = /^Too (?:small|big): expected .*?(?:to (?:be|have) )?([<>]=?)(-?[\d.e+]+)/.exec(message);
  if (bound !== null) return `${BOUNDS[bound[1]!]!} ${bound[2]}`;
  return message.replace(/^Invalid (input|option|string): (expected )?/, "").replace(/, received .*$/, "");
}

const BOUNDS: Readonly<Record<string, string>> = { ">=": "at least", ">": "more than", "<=": "at most", "<": "less than" };

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
