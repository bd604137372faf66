import type { JS } from "@duckdb/node-api";
import { BadInput } from "../outcomes/bad-input.ts";
import { makeResultsView } from "../results/results-view.ts";
import { headerIn } from "../results/study-file.ts";
import { Database } from "../tables/database.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { plainProblem, wrongValue } from "../terminal/located-problem.ts";
import { harmless, styled, type Terminal } from "../terminal/terminal.ts";

export interface QueryCommandOptions {
  readonly json?: boolean;
}

/** Query for the list of columns, printed without a question. */
const COLUMNS = "SELECT column_name, column_type FROM (DESCRIBE results)";
const LONGEST_CELL = 80;

/** Prints the answer of the study file at `file` to `sql`, which may query the view `results` and the tables `points` and `study`. */
export async function query(file: string, sql: string | undefined, { json }: QueryCommandOptions, terminal: Terminal): Promise<ExitCode> {
  if (sql !== undefined && isNothing(sql))
    throw new BadInput([wrongValue("query", "", sql, "a question, as select index, ttft from results")]);
  const database = await Database.open(file, "read");
  try {
    await headerIn(database);
    await makeResultsView(database);
    const { columns, rows } = await asked(database, sql ?? COLUMNS);
    if (json) {
      for await (const some of understood(rows)) {
        for (const row of some)
          terminal.out.write(`${JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, plain(row[i]!)])))}\n`);
        await terminal.out.drained();
      }
    } else {
      const all: JS[][] = [];
      for await (const some of understood(rows)) all.push(...some);
      const { head, body } = textTable(
        columns.map((heading, i) =>
          textColumn(
            heading,
            all.map((row) => plain(row[i]!)),
          ),
        ),
      );
      const lines = [...head.map((line) => styled(terminal.out, "dim", harmless(line))), ...body.map(harmless)];
      terminal.out.write(`${lines.join("\n")}\n`);
    }
  } finally {
    database.close();
  }
  return FINE;
}

/** Whether there is no statement in `sql`, only spaces, semicolons and comments. */
function isNothing(sql: string): boolean {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|[\s;]/g, "") === "";
}

async function asked(database: Database, sql: string) {
  try {
    return await database.stream(sql);
  } catch (error) {
    throw mistakeIn(error);
  }
}

async function* understood<T>(rows: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* rows;
  } catch (error) {
    throw mistakeIn(error);
  }
}

/** DuckDB's objections to the question are shown to the user; its own faults are thrown on. */
function mistakeIn(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = error.message.replace("Failed to extract statements: ", "").trim();
  if (!/^[A-Z][A-Za-z ]+ Error: /.test(message) || /^(INTERNAL|FATAL)/.test(message)) return error;
  return new BadInput([plainProblem("query", message)]);
}

/** A value as JSON can say it. */
function plain(value: JS): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each as JS)]));
}

function textColumn(heading: string, values: readonly unknown[]): TextColumn {
  const cells = values.map((value) => {
    if (value === null || value === undefined) return "";
    const text = (typeof value === "string" ? value : JSON.stringify(value)).replaceAll("\n", " ");
    return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
  });
  return { heading, cells, align: values.some((value) => typeof value === "number") ? "right" : "left" };
}
