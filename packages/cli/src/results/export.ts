import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { goalOf } from "../files/goal.ts";
import { written } from "../files/written.ts";
import { Database } from "../tables/database.ts";
import { makeResultsView } from "./results-view.ts";
import { headerIn } from "./study-file.ts";

export const EXPORT_FORMS = [".parquet", ".csv", ".jsonl"] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

/**
 * Writes the results in the study file at `path` to `destination`, which appears when it is whole: for Parquet and CSV a column for each
 * parameter and metric (Parquet with the whole report as JSON), for JSON lines the lines that `sweep --json` prints.
 */
export async function exportStudy(path: string, destination: string, form: ExportForm): Promise<void> {
  const database = await Database.open(path, "read");
  const goal = goalOf(destination);
  const draft = `${goal}.${process.pid}.draft`;
  try {
    await headerIn(database);
    if (form === ".jsonl") {
      await writeLines(database, draft, destination);
    } else {
      await makeResultsView(database);
      written(destination, () => closeSync(openSync(draft, "w"))); // refuses a place that cannot be written as all commands do
      const [columns, options] = form === ".csv" ? ["* EXCLUDE report", "FORMAT csv, HEADER"] : ["*", "FORMAT parquet, COMPRESSION zstd"];
      const copy = `COPY (SELECT ${columns} FROM results) TO '${draft.replaceAll("'", "''")}' (${options}, USE_TMP_FILE false)`;
      await database.run(copy, undefined, destination);
    }
    renameSync(draft, goal);
  } finally {
    database.close();
    rmSync(draft, { force: true });
  }
}

async function writeLines(database: Database, draft: string, destination: string): Promise<void> {
  const { rows } = await database.stream("SELECT index, parameters, status, reason, report FROM points ORDER BY index, row");
  const file = written(destination, () => openSync(draft, "w"));
  try {
    for await (const some of rows) for (const row of some) written(destination, () => writeSync(file, lineOf(row)));
  } finally {
    closeSync(file);
  }
}

/** The line of a row, its report with the bytes in which it was kept. */
function lineOf([index, parameters, status, reason, report]: readonly unknown[]): string {
  const rest = status === "ok" ? `"report":${report}` : `"reason":${JSON.stringify(reason)}`;
  return `{"index":${index},"parameters":${parameters},"status":"${status}",${rest}}\n`;
}
