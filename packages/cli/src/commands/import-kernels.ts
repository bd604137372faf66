import { existsSync } from "node:fs";
import { MEASURED_KERNELS, type ModelSpec, nearest, PRECISIONS, type Precision, presetList } from "@tokenyard/scenario";
import { counted, grouped } from "../amount.ts";
import { BadInput } from "../bad-input.ts";
import { type ExitCode, FINE } from "../exit-code.ts";
import { KERNEL_IMPORTS } from "../kernel-imports/imports.ts";
import { type ImportOptions, type KernelImport, MEASURED_COLUMNS, quoted } from "../kernel-imports/kernel-import.ts";
import { modelNamed } from "../kernel-imports/model-named.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../located-problem.ts";
import { Database } from "../results/database.ts";
import type { Terminal } from "../terminal.ts";
import { writeWhole } from "../whole-file.ts";
import { written } from "../written.ts";

export interface ImportKernelsOptions {
  /** The table to write. */
  readonly out: string;
  /** A preset, or a config.json of Hugging Face. */
  readonly model?: string;
  readonly tensor?: number;
  readonly weights?: string;
}

/**
 * Turns measurements that others wrote into one table for `cluster.kernels: { kind: table }`, in the columns of docs/kernels.md. Each file's form is
 * known by its columns; what a table cannot hold is left out and counted.
 */
export async function importKernels(sources: readonly string[], options: ImportKernelsOptions, terminal: Terminal): Promise<ExitCode> {
  const model = options.model === undefined ? undefined : modelNamed(options.model);
  const problems = [...optionProblems(options, model), ...sources.flatMap(fileProblem)];
  if (problems.length > 0) throw new BadInput(problems);
  const asked: ImportOptions = {
    tensor: options.tensor ?? 1,
    weights: (options.weights ?? "bf16") as Precision,
    ...(model === undefined ? {} : { model }),
  };
  const tables = await imported(sources, asked);
  const rows = tables.flatMap((table) => table.rows);
  const columns = MEASURED_COLUMNS.filter((_, i) => rows.some((row) => row[i] !== null));
  const lines = rows.map((row) => columns.map((column) => row[MEASURED_COLUMNS.indexOf(column)] ?? "").join(","));
  const about = tables.map(({ source, form }) => `# ${form.name}: ${source}`);
  written(options.out, () => writeWhole(options.out, `${[...about, columns.join(","), ...lines].join("\n")}\n`));
  for (const { source, form, rows: kept, empty } of tables) {
    const left = empty === 0 ? "" : `, ${counted(empty, "row")} left out`;
    terminal.out.write(`${source}: ${form.name}, ${counted(kept.length, "kernel")}${left}\n`);
  }
  const kinds = Object.keys(MEASURED_KERNELS).flatMap((kind) => {
    const count = rows.filter(([kernel]) => kernel === kind).length;
    return count === 0 ? [] : [`${grouped(count)} ${kind}`];
  });
  terminal.out.write(`${options.out}: ${kinds.join(", ")}\n`);
  return FINE;
}

type Cell = string | number | null;

interface ImportedTable {
  readonly source: string;
  readonly form: KernelImport;
  readonly rows: readonly (readonly Cell[])[];
  /** Rows of the file that gave no kernel. */
  readonly empty: number;
}

async function imported(sources: readonly string[], options: ImportOptions): Promise<ImportedTable[]> {
  const problems: LocatedProblem[] = [];
  const tables: ImportedTable[] = [];
  for (const source of sources) {
    const table = await tableOf(source, options);
    if ("rows" in table) tables.push(table);
    else problems.push(table);
  }
  if (problems.length > 0) throw new BadInput(problems);
  return tables;
}

async function tableOf(source: string, options: ImportOptions): Promise<ImportedTable | LocatedProblem> {
  const database = await Database.inMemory(source);
  try {
    const from = quoted(source);
    const present = new Set((await database.rows(`SELECT column_name FROM (DESCRIBE FROM ${from})`)).map(([name]) => String(name)));
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
    const inOrder = MEASURED_COLUMNS.map((column) => `"${column}"`).join(", ");
    const rows = await database.rows(
      `SELECT ${MEASURED_COLUMNS.map(numberOrText).join(", ")} FROM (${selections.join(" UNION ALL ")}) WHERE us > 0 ORDER BY ${inOrder}`,
    );
    if (rows.length === 0) return plainProblem(source, `${form.name} without a row that a table can hold`);
    const [[all]] = (await database.rows(`SELECT count(*) FROM ${from}`)) as [[bigint]];
    const kept = rows.map((row) => row.map((cell) => (typeof cell === "bigint" ? Number(cell) : (cell as Cell))));
    return { source, form, rows: kept, empty: Math.max(0, Number(all) - rows.length) };
  } finally {
    database.close();
  }
}

function numberOrText(column: string): string {
  return ["kernel", "weights", "precision"].includes(column) ? `"${column}"` : `CAST("${column}" AS DOUBLE) AS "${column}"`;
}

/** Names the form that shares the most columns with the file, and what it lacks. */
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

function optionProblems({ out, model: name, weights }: ImportKernelsOptions, model: ModelSpec | undefined): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  if (!out.endsWith(".csv")) problems.push(wrongValue("--out", "", out, "a name that ends in .csv, as a scenario reads"));
  else if (existsSync(out)) problems.push(wrongValue("--out", "", out, "a name that no file has: nothing is written over"));
  if (name !== undefined && model === undefined) {
    const names = presetList().flatMap((preset) => (preset.kind === "model" ? [preset.name] : []));
    const problem = wrongValue("--model", "", name, "a preset of a model, or the path of a config.json that can be read");
    problems.push({ ...problem, suggestion: nearest(name, names) ?? null });
  }
  if (weights !== undefined && !(PRECISIONS as readonly string[]).includes(weights)) {
    problems.push(wrongValue("--weights", "", weights, PRECISIONS.join(", ")));
  }
  return problems;
}

function fileProblem(source: string): LocatedProblem[] {
  if (!/\.(csv|parquet)$/.test(source)) return [wrongValue("import-kernels", "", source, "a file whose name ends in .csv or .parquet")];
  return existsSync(source) ? [] : [plainProblem(source, "no such file")];
}
