import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder, readTable } from "../table.ts";
import { errorBarsPage } from "./error-bars-page.ts";
import { openResiduals } from "./open-loops.ts";
import type { Residual } from "./residual.ts";
import { RATIOS_FILE, readResiduals, writeResiduals } from "./residual-file.ts";
import { residualTable, tableText } from "./residual-table.ts";

// Simulates every sound serving run and writes its ratios, the table of residuals in the bundle and docs/accuracy/error-bars.md: pnpm accuracy:residuals
// FOLDER, from the root; half an hour on two cores. Without FOLDER it writes table and page again of the ratios that are there.

const SHARD = fileURLToPath(new URL("shard.js", import.meta.url));
const TABLE = "packages/report/src/model-error/residual-table.ts";
const PAGE = "docs/accuracy/error-bars.md";

async function main(): Promise<void> {
  if (process.argv[2] !== undefined || process.env["TOKENYARD_MEASURED"] !== undefined) {
    const folder = dataFolder();
    const open = openResiduals(readTable(folder, "e2e_open_loop.csv"));
    writeResiduals(RATIOS_FILE, [...(await closedResiduals(folder)), ...open]);
  }
  const all = readResiduals(RATIOS_FILE);
  writeFileSync(TABLE, tableText(residualTable(all)));
  writeFileSync(PAGE, errorBarsPage(all));
}

/** Residuals of closed loops in the order of the table, computed by one process for each core. */
async function closedResiduals(folder: string): Promise<Residual[]> {
  const shards = availableParallelism();
  const out = mkdtempSync(join(tmpdir(), "residuals-"));
  try {
    const files = Array.from({ length: shards }, (_, shard) => join(out, `${shard}.jsonl`));
    const codes = await Promise.all(
      files.map(async (file, shard) => {
        const child = spawn(process.execPath, [SHARD, folder, file, String(shard), String(shards)], {
          stdio: ["ignore", "ignore", "inherit"],
        });
        return (await once(child, "close"))[0] as number;
      }),
    );
    if (codes.some((code) => code !== 0)) throw new Error("a shard failed");
    const lines = files.flatMap((file) => readFileSync(file, "utf8").trimEnd().split("\n"));
    const found = lines.map((line) => JSON.parse(line) as { readonly at: number; readonly residual: Residual | null });
    return found.sort((a, b) => a.at - b.at).flatMap(({ residual }) => residual ?? []);
  } finally {
    rmSync(out, { recursive: true });
  }
}

await main();
