import { existsSync } from "node:fs";
import { MEASURED_KERNELS, MEASURED_TRAFFIC, type ModelSpec, nearest, PRECISIONS, type Precision, presetList } from "@tokenyard/scenario";
import { writeWhole } from "../files/whole-file.ts";
import { written } from "../files/written.ts";
import { type ImportedTable, importedTable, tableLines } from "../kernel-imports/imported-table.ts";
import type { ImportOptions } from "../kernel-imports/kernel-import.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { modelNamed } from "../scenarios/model-named.ts";
import { counted, grouped } from "../terminal/amount.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface ImportKernelsOptions {
  /** The table to write. */
  readonly out: string;
  /** A preset, or a config.json of Hugging Face. */
  readonly model?: string;
  readonly tensor?: number;
  readonly weights?: string;
}

/**
 * Converts measurements by others into one table for `cluster.kernels: { kind: table }`, or for `cluster.network.files`, in the columns of
 * docs/kernels.md. Each file's form is recognised by its columns; rows that a table cannot hold are left out and counted.
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
  const of = tables[0]!.form.of;
  const rows = tables.flatMap((table) => table.rows);
  const about = tables.map(({ source, form }) => `# ${form.name}: ${source}`);
  written(options.out, () => writeWhole(options.out, `${[...about, ...tableLines(rows, of)].join("\n")}\n`));
  for (const { source, form, rows: kept, empty } of tables) {
    const left = empty === 0 ? "" : `, ${counted(empty, "row")} left out`;
    terminal.out.write(`${source}: ${form.name}, ${counted(kept.length, of === "kernels" ? "kernel" : "row")}${left}\n`);
  }
  const kinds = Object.keys(of === "kernels" ? MEASURED_KERNELS : MEASURED_TRAFFIC).flatMap((kind) => {
    const count = rows.filter(([first]) => first === kind).length;
    return count === 0 ? [] : [`${grouped(count)} ${kind}`];
  });
  terminal.out.write(`${options.out}: ${kinds.join(", ")}\n`);
  return FINE;
}

async function imported(sources: readonly string[], options: ImportOptions): Promise<ImportedTable[]> {
  const problems: LocatedProblem[] = [];
  const tables: ImportedTable[] = [];
  for (const source of sources) {
    const table = await importedTable(source, options);
    if ("rows" in table) tables.push(table);
    else problems.push(table);
  }
  problems.push(...mixedProblems(tables));
  if (problems.length > 0) throw new BadInput(problems);
  return tables;
}

/** Kernels and traffic are read by different keys of a scenario. */
function mixedProblems(tables: readonly ImportedTable[]): LocatedProblem[] {
  const first = tables[0]?.form;
  const other = tables.find(({ form }) => form.of !== first?.of);
  if (first === undefined || other === undefined) return [];
  const wanted = `${first.of} as in the first file: cluster.kernels reads tables of kernels, cluster.network.files those of traffic; import each by itself`;
  return [plainProblem(other.source, `${other.form.name} given; wanted ${wanted}`)];
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
