import { existsSync } from "node:fs";
import { counted, grouped } from "../amount.ts";
import { BadInput } from "../bad-input.ts";
import { type ExitCode, FINE } from "../exit-code.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../located-problem.ts";
import { Database } from "../results/database.ts";
import type { Terminal } from "../terminal.ts";
import { writeWhole } from "../whole-file.ts";
import { written } from "../written.ts";

export interface ExpertsCommandOptions {
  /** Of a layer; none: as many as the highest number in the trace tells. */
  readonly experts?: number;
}

/** A column of one expert of a token, as `expert0` or `expert_3`. */
const NUMBERED = /^expert_?\d+$/;

/**
 * Turns a trace of which experts tokens chose, CSV or Parquet, into the table that a recorded gate reads: copies of each expert, a row for each layer.
 * The trace has a column `layer`, and either a row for each copy with its `expert`, or one for each token with `experts`, a list, or a column for each of its choices.
 */
export async function experts(trace: string, destination: string, options: ExpertsCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const problems = fileProblemsOf(trace, destination);
  if (problems.length > 0) throw new BadInput(problems);
  const database = await Database.inMemory(trace);
  try {
    const counts = await countsOf(database, trace);
    const highest = Math.max(...counts.map(({ expert }) => expert));
    const experts = options.experts ?? highest + 1;
    if (experts <= highest)
      throw new BadInput([wrongValue("--experts", "", String(experts), `at least ${highest + 1}: ${trace} has an expert ${highest}`)]);
    const layers = [...new Set(counts.map(({ layer }) => layer))].sort((a, b) => a - b);
    const rows = layers.map(() => new Array<number>(experts).fill(0));
    for (const { layer, expert, copies } of counts) rows[layers.indexOf(layer)]![expert] = copies;
    const about = `# copies of each expert, a row for each of layers ${layers.join(" ")}`;
    written(destination, () => writeWhole(destination, `${[about, ...rows.map((row) => row.join(","))].join("\n")}\n`));
    const copies = counts.reduce((sum, each) => sum + each.copies, 0);
    terminal.out.write(
      `${counted(layers.length, "layer")} of ${counted(experts, "expert")}, ${grouped(copies)} ${copies === 1 ? "copy" : "copies"}\n`,
    );
    return FINE;
  } finally {
    database.close();
  }
}

function fileProblemsOf(trace: string, destination: string): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  if (!/\.(csv|parquet)$/.test(trace)) problems.push(wrongValue("experts", "", trace, "a trace whose name ends in .csv or .parquet"));
  else if (!existsSync(trace)) problems.push(plainProblem(trace, "no such file"));
  if (!destination.endsWith(".csv"))
    problems.push(wrongValue("experts", "", destination, "a name that ends in .csv, as a recorded gate reads"));
  else if (existsSync(destination))
    problems.push(wrongValue("experts", "", destination, "a name that no file has: nothing is written over"));
  return problems;
}

interface Count {
  readonly layer: number;
  readonly expert: number;
  readonly copies: number;
}

async function countsOf(database: Database, trace: string): Promise<Count[]> {
  const from = `'${trace.replaceAll("'", "''")}'`;
  const columns = (await database.rows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${from})`)).map(([name, type]) => ({
    name: String(name),
    type: String(type),
  }));
  const wrong = (given: string, wanted: string) => new BadInput([plainProblem(trace, `${given} given; wanted ${wanted}`)]);
  const names = columns.map(({ name }) => name);
  if (!names.includes("layer")) throw wrong(`columns ${names.join(", ")}`, "a column layer");
  const chosen = choicesSql(columns, from);
  if (chosen === undefined) {
    throw wrong(
      `columns ${names.join(", ")}`,
      "a column expert, a column experts of lists, or a column for each choice: expert0, expert1, …",
    );
  }
  const whole = (column: string) =>
    `${column} IS NULL OR TRY_CAST(${column} AS BIGINT) IS NULL OR TRY_CAST(${column} AS BIGINT) <> TRY_CAST(${column} AS DOUBLE) OR TRY_CAST(${column} AS BIGINT) < 0`;
  const [[odd]] = (await database.rows(`SELECT count(*) FROM (${chosen}) WHERE ${whole("layer")} OR ${whole("expert")}`)) as [[bigint]];
  if (Number(odd) > 0) throw wrong(`${odd} choices with other things`, "whole numbers from 0 on of layers and experts");
  const counts = await database.rows(`SELECT CAST(layer AS BIGINT), CAST(expert AS BIGINT), count(*) FROM (${chosen}) GROUP BY ALL`);
  if (counts.length === 0) throw wrong("no rows", "at least one choice of an expert");
  return counts.map(([layer, expert, copies]) => ({ layer: Number(layer), expert: Number(expert), copies: Number(copies) }));
}

/** A row for each copy, with `layer` and `expert`. */
function choicesSql(columns: readonly { readonly name: string; readonly type: string }[], from: string): string | undefined {
  if (columns.some(({ name }) => name === "expert")) return `SELECT layer, expert FROM ${from}`;
  const list = columns.find(({ name }) => name === "experts");
  if (list?.type.endsWith("]")) return `SELECT layer, unnest(experts) AS expert FROM ${from}`;
  const numbered = columns.filter(({ name }) => NUMBERED.test(name));
  if (numbered.length === 0) return undefined;
  return numbered.map(({ name }) => `SELECT layer, "${name}" AS expert FROM ${from}`).join(" UNION ALL ");
}
