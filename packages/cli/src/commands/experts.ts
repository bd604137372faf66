import { existsSync } from "node:fs";
import { basename } from "node:path";
import { type ExpertTable, expertTables } from "../files/expert-tables.ts";
import { choiceCounts } from "../files/expert-trace.ts";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { secondsOption } from "../scenarios/time-option.ts";
import { Database } from "../tables/database.ts";
import { counted, grouped } from "../terminal/amount.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface ExpertsCommandOptions {
  /** Experts of a layer; by default one more than the highest number in the trace. */
  readonly experts?: number;
  /** Time of an interval that has a table of its own, as text; none: one table. */
  readonly every?: string;
}

/** Experts that a layer may have, as a scenario says. */
const MOST_EXPERTS = 65_536;
/** Most tables of a recorded gate after its first. */
const MOST_LATER = 1000;

/**
 * Turns a trace of which experts tokens chose into the table that a recorded gate reads: copies of each expert, a row for each layer; or into a table for each interval,
 * of which it describes the gate.
 */
export async function experts(trace: string, destination: string, options: ExpertsCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const problems = fileProblemsOf(trace, destination);
  const every = options.every === undefined ? undefined : secondsOption("--every", options.every, problems);
  if (problems.length > 0) throw new BadInput(problems);
  const database = await Database.inMemory(trace);
  try {
    const counts = await choiceCounts(database, trace, every);
    const highest = counts.reduce((most, { expert }) => Math.max(most, expert), 0);
    const experts = options.experts ?? highest + 1;
    if (experts <= highest)
      throw new BadInput([wrongValue("--experts", "", String(experts), `at least ${highest + 1}: ${trace} has an expert ${highest}`)]);
    if (experts > MOST_EXPERTS)
      throw new BadInput([
        options.experts === undefined
          ? plainProblem(
              trace,
              `expert ${highest} given; wanted experts up to ${MOST_EXPERTS - 1}: no layer has more than ${grouped(MOST_EXPERTS)}`,
            )
          : wrongValue("--experts", "", String(experts), `at most ${MOST_EXPERTS}`),
      ]);
    const layers = [...new Set(counts.map(({ layer }) => layer))].sort((a, b) => a - b);
    const tables = expertTables(counts, layers, experts);
    const names = tables.map((_, number) => (number === 0 ? destination : destination.replace(/\.csv$/, `.${number}.csv`)));
    refuseTables(tables, names, every);
    const about = `# copies of each expert, a row for each of layers ${layers.join(" ")}`;
    for (const [number, { rows }] of tables.entries()) {
      const name = names[number]!;
      written(name, () => writeWhole(name, `${[about, ...rows.map((row) => row.join(","))].join("\n")}\n`));
    }
    const copies = counts.reduce((sum, each) => sum + each.copies, 0);
    const ofTables = every === undefined ? "" : `, ${counted(tables.length, "table")}`;
    terminal.out.write(
      `${counted(layers.length, "layer")} of ${counted(experts, "expert")}, ${grouped(copies)} ${copies === 1 ? "copy" : "copies"}${ofTables}\n`,
    );
    if (tables.length > 1) terminal.out.write(`${gateOf(tables, names, every!)}\n`);
    return FINE;
  } finally {
    database.close();
  }
}

/** Refuses more tables than may be written, and names of files that exist. */
function refuseTables(tables: readonly ExpertTable[], names: readonly string[], every: number | undefined): void {
  if (tables.length > MOST_LATER + 1)
    throw new BadInput([
      wrongValue("--every", "", `${every} s`, `a time that makes at most ${MOST_LATER + 1} tables: this makes ${tables.length}`),
    ]);
  const there = names.filter((name) => existsSync(name));
  if (there.length > 0)
    throw new BadInput(there.map((name) => wrongValue("experts", "", name, "a name that no file has: nothing is written over")));
}

/** The gate that reads `tables`, as a scenario beside them has it. */
function gateOf(tables: readonly ExpertTable[], names: readonly string[], every: number): string {
  const later = tables.slice(1).map(({ interval }, i) => {
    const seconds = Number(((interval - tables[0]!.interval) * every).toPrecision(12));
    return `      - { at: ${seconds} s, file: ${basename(names[i + 1]!)} }`;
  });
  return ["routing:", "  gate:", "    kind: recorded", `    file: ${basename(names[0]!)}`, "    later:", ...later].join("\n");
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
