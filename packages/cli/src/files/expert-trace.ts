import { BadInput } from "../outcomes/bad-input.ts";
import type { Database } from "../tables/database.ts";
import { counted } from "../terminal/amount.ts";
import { plainProblem } from "../terminal/located-problem.ts";

/** Copies of an expert among the choices of an interval; all are of interval 0 without intervals. */
export interface ChoiceCount {
  readonly interval: number;
  readonly layer: number;
  readonly expert: number;
  readonly copies: number;
}

/** A column of one expert of a token, as `expert0` or `expert_3`. */
const NUMBERED = /^expert_?\d+$/;

/**
 * Counts the choices of a trace, CSV or Parquet: a column `layer`, and either a row for each copy with its `expert`, or one for each token with `experts`, a list, or a
 * column for each of its choices. With `everySeconds` by intervals of that length from the earliest `time` on. Throws BadInput where it is none.
 */
export async function choiceCounts(database: Database, trace: string, everySeconds?: number): Promise<ChoiceCount[]> {
  const from = `'${trace.replaceAll("'", "''")}'`;
  const columns = (await database.rows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${from})`)).map(([name, type]) => ({
    name: String(name),
    type: String(type),
  }));
  const wrong = (given: string, wanted: string) => new BadInput([plainProblem(trace, `${given} given; wanted ${wanted}`)]);
  const names = columns.map(({ name }) => name);
  const kept = everySeconds === undefined ? ["layer"] : ["layer", "time"];
  const missing = kept.find((name) => !names.includes(name));
  if (missing !== undefined)
    throw wrong(`columns ${names.join(", ")}`, missing === "layer" ? "a column layer" : "a column time, in seconds, for --every");
  const chosen = choicesSql(columns, from, kept.join(", "));
  if (chosen === undefined) {
    throw wrong(
      `columns ${names.join(", ")}`,
      "a column expert, a column experts of lists, or a column for each choice: expert0, expert1, …",
    );
  }
  /** Refuses the trace where any choice is as `what` says; names how many, and `shown` of the first. */
  const refuse = async (what: string, shown: readonly string[], wanted: string) => {
    const odd = Number((await database.rows(`SELECT count(*) FROM (${chosen}) WHERE ${what}`))[0]![0]);
    if (odd === 0) return;
    const [first] = await database.rows(`SELECT ${shown.join(", ")} FROM (${chosen}) WHERE ${what} LIMIT 1`);
    const words = shown.map((name, i) => `${name} ${first![i] ?? "nothing"}`).join(" and ");
    throw wrong(`${counted(odd, "choice")} with other things, the first with ${words},`, wanted);
  };
  const isOdd = (column: string) =>
    `${column} IS NULL OR TRY_CAST(${column} AS BIGINT) IS NULL OR TRY_CAST(${column} AS BIGINT) <> TRY_CAST(${column} AS DOUBLE) OR TRY_CAST(${column} AS BIGINT) < 0`;
  await refuse(`${isOdd("layer")} OR ${isOdd("expert")}`, ["layer", "expert"], "whole numbers from 0 on of layers and experts");
  if (everySeconds !== undefined)
    await refuse("coalesce(NOT isfinite(TRY_CAST(time AS DOUBLE)), true)", ["layer", "expert", "time"], "a time in seconds of each");
  const seconds = "CAST(time AS DOUBLE)";
  const interval = everySeconds === undefined ? "0" : `floor((${seconds} - (SELECT min(${seconds}) FROM ${from})) / ${everySeconds})`;
  const counts = await database.rows(
    `SELECT CAST(${interval} AS BIGINT), CAST(layer AS BIGINT), CAST(expert AS BIGINT), count(*) FROM (${chosen}) GROUP BY ALL`,
  );
  if (counts.length === 0) throw wrong("no rows", "at least one choice of an expert");
  return counts.map((row) => {
    const [interval, layer, expert, copies] = row.map(Number) as [number, number, number, number];
    return { interval, layer, expert, copies };
  });
}

/** A row for each copy, with `kept` columns and `expert`. */
function choicesSql(columns: readonly { readonly name: string; readonly type: string }[], from: string, kept: string): string | undefined {
  if (columns.some(({ name }) => name === "expert")) return `SELECT ${kept}, expert FROM ${from}`;
  const list = columns.find(({ name }) => name === "experts");
  if (list?.type.endsWith("]")) return `SELECT ${kept}, unnest(experts) AS expert FROM ${from}`;
  const numbered = columns.filter(({ name }) => NUMBERED.test(name));
  if (numbered.length === 0) return undefined;
  return numbered.map(({ name }) => `SELECT ${kept}, "${name}" AS expert FROM ${from}`).join(" UNION ALL ");
}
