import { Database } from "../tables/database.ts";
import { type LocatedProblem, plainProblem } from "../terminal/located-problem.ts";
import { KERNEL_IMPORTS } from "./imports.ts";
import { type ImportOptions, type KernelImport, quoted, TABLE_COLUMNS } from "./kernel-import.ts";

type Cell = string | number | null;

/** Kernels, or traffic, that were read from a file of others. */
export interface ImportedTable {
  readonly source: string;
  readonly form: KernelImport;
  readonly rows: readonly (readonly Cell[])[];
  /** Rows of the file that gave none. */
  readonly empty: number;
}

/** The kernels of the file at `source`, or why there are none; its form is known by its columns. */
export async function importedTable(source: string, options: ImportOptions): Promise<ImportedTable | LocatedProblem> {
  const database = await Database.inMemory(source);
  try {
    const from = quoted(source);
    const described = await database.rows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${from})`);
    const present = new Set(described.map(([name]) => String(name)));
    const form = KERNEL_IMPORTS.find(({ columns }) => columns.every((column) => present.has(column)));
    if (form === undefined) return unknownForm(source, present);
    if (form.needsModel && options.model === undefined) {
      return plainProblem(
        source,
        `${form.name} names no sizes; wanted --model, the model whose kernels they are, and --tensor if ranks share it`,
      );
    }
    const selections = form.selections(from, options, present);
    if (selections.length === 0) return plainProblem(source, `${form.name}: the model has none; wanted the model whose kernels they are`);
    const columns = TABLE_COLUMNS[form.of];
    const inOrder = columns.map((column) => `"${column}"`).join(", ");
    const [[all]] = (await database.rows(`SELECT count(*) FROM ${from}`)) as [[bigint]];
    const none = plainProblem(source, `${form.name} without a row that a table can hold`);
    if (Number(all) === 0) return none; // nor a type of its columns
    const select = `SELECT ${columns.map(numberOrText).join(", ")} FROM (${selections.join(" UNION ALL ")}) WHERE ${HAS_TIME} ORDER BY ${inOrder}`;
    const rows = await database.rows(select).catch(async (error: unknown) => {
      const texts = described.flatMap(([name, type]) => (type === "VARCHAR" && form.columns.includes(String(name)) ? [String(name)] : []));
      const problem = await textProblem(database, source, texts);
      if (problem === undefined) throw error;
      return problem;
    });
    if (!Array.isArray(rows)) return rows;
    const untimed = form.isWhole && rows.length < Number(all) ? await timeProblem(database, source) : undefined;
    if (untimed !== undefined) return untimed;
    if (rows.length === 0) return none;
    const kept = rows.map((row) => row.map((cell) => (typeof cell === "bigint" ? Number(cell) : (cell as Cell))));
    return { source, form, rows: kept, empty: Math.max(0, Number(all) - rows.length) };
  } finally {
    database.close();
  }
}

/** Problem of columns that mix numbers and text, with an example of such a text; undefined if there is none. */
async function textProblem(database: Database, source: string, columns: readonly string[]): Promise<LocatedProblem | undefined> {
  const faults: string[] = [];
  for (const column of columns) {
    const cell = `"${column}"`;
    const number = `TRY_CAST(${cell} AS DOUBLE)`;
    const select = `SELECT count(${number}), min(${cell}) FILTER (${number} IS NULL) FROM ${quoted(source)}`;
    const [[numbers, text]] = (await database.rows(select)) as [[bigint, string | null]];
    if (numbers > 0n && text !== null) faults.push(`${column}: ${text} given`);
  }
  return faults.length === 0 ? undefined : plainProblem(source, `${faults.join("; ")}; wanted numbers alone in such a column`);
}

const HAS_TIME = "us > 0 AND isfinite(CAST(us AS DOUBLE))";
/** Rows without a time that are listed, at most. */
const MOST_ROWS = 10;

/** Problem with rows that have no time, in a file where all rows should have one. */
async function timeProblem(database: Database, source: string): Promise<LocatedProblem | undefined> {
  const numbered = `SELECT row_number() OVER () AS row, us FROM ${quoted(source)}`;
  const rows = (await database.rows(`SELECT row, CAST(us AS VARCHAR) FROM (${numbered}) WHERE (${HAS_TIME}) IS NOT TRUE ORDER BY row`)) as [
    bigint,
    string | null,
  ][];
  if (rows.length === 0) return undefined;
  const listed = rows.slice(0, MOST_ROWS).map(([row, us]) => `row ${row}: us: ${us ?? "nothing"} given`);
  const more = rows.length > MOST_ROWS ? `; and ${rows.length - MOST_ROWS} more` : "";
  return plainProblem(source, `${listed.join("; ")}${more}; wanted microseconds, over 0, in every row`);
}

function numberOrText(column: string): string {
  return ["kernel", "weights", "precision", "traffic", "library"].includes(column)
    ? `"${column}"`
    : `CAST("${column}" AS DOUBLE) AS "${column}"`;
}

/** Names the form that shares the most columns with the file, and the missing columns. */
function unknownForm(source: string, present: ReadonlySet<string>): LocatedProblem {
  const lacking = KERNEL_IMPORTS.map(({ name, columns }) => ({
    name,
    shared: columns.filter((column) => present.has(column)).length / columns.length,
    lacks: columns.filter((column) => !present.has(column)),
  })).sort((a, b) => b.shared - a.shared);
  const nearest = lacking[0]!;
  const forms = "wanted measurements as AIConfigurator, Vidur or LLMServingSim write them";
  const near = nearest.shared < 0.5 ? "" : `: ${nearest.name} have ${nearest.lacks.join(", ")} too`;
  return plainProblem(source, `columns ${[...present].slice(0, 12).join(", ")} given; ${forms}${near}`);
}

/** Rows of a table as lines of comma-separated values, under the names of the columns that any of them has. */
export function tableLines(rows: ImportedTable["rows"], of: KernelImport["of"]): string[] {
  const all: readonly string[] = TABLE_COLUMNS[of];
  const columns = all.filter((_, i) => rows.some((row) => row[i] !== null));
  return [columns.join(","), ...rows.map((row) => columns.map((column) => row[all.indexOf(column)] ?? "").join(","))];
}
