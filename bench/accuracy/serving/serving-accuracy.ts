import { writeFileSync } from "node:fs";
import { type Cloud, scatter } from "../kernels/scatter.ts";
import { RATIOS_FILE, readResiduals } from "../residuals/residual-file.ts";
import { dataFolder, readTable } from "../table.ts";
import { everyPoolPage, everyRunPage, servedPools } from "./every-run.ts";
import { scoredRuns } from "./scored-runs.ts";
import type { Latencies, Served } from "./served.ts";
import { servingPage } from "./serving-page.ts";
import { ENGINES, servingRunOf } from "./serving-run.ts";
import { hindrance } from "./serving-scenario.ts";
import { tooFast } from "./too-fast.ts";

// Writes docs/accuracy/serving.md with its plots and docs/accuracy/every-run.md, of the ratios that pnpm accuracy:residuals FOLDER wrote: pnpm accuracy:serving FOLDER, from the root. With --pools,
// which takes a quarter of an hour, it simulates runs of pools instead and writes docs/accuracy/every-pool.md.

const COLOURS = { vllm: "#1f77b4", trtllm: "#17a398", sglang: "#d1495b" } as const;

function main(): void {
  const rows = readTable(dataFolder(), "end_to_end.csv").filter((row) => row["quality"] === "ok");
  const runs = rows.map(servingRunOf);
  const odd = tooFast(runs);
  const sound = runs.filter((run) => !odd.has(run));
  if (process.argv.includes("--pools")) {
    writeFileSync("docs/accuracy/every-pool.md", everyPoolPage(servedPools(sound)));
    return;
  }
  const residuals = readResiduals(RATIOS_FILE);
  const sayable = sound.filter((run) => run.isTogether && hindrance(run) === undefined);
  const served = scoredRuns(sayable, residuals);
  writeFileSync("docs/accuracy/every-run.md", everyRunPage(served));
  const left = new Map<string, number>();
  for (const run of sound) {
    const reason = hindrance(run);
    if (reason !== undefined) left.set(reason, (left.get(reason) ?? 0) + 1);
  }
  writeFileSync("docs/accuracy/tpot.svg", scatter("TPOT of serving runs", clouds(served, "tpotSeconds")));
  writeFileSync("docs/accuracy/ttft.svg", scatter("TTFT of serving runs", clouds(served, "ttftSeconds")));
  const open = residuals.filter(({ load }) => load === "open");
  writeFileSync("docs/accuracy/serving.md", servingPage({ rows: rows.length, served, sayable: sayable.length, left, odd: odd.size, open }));
}

function clouds(served: readonly Served[], time: keyof Latencies): Cloud[] {
  return ENGINES.map((engine) => ({
    name: engine,
    colour: COLOURS[engine],
    points: served.filter(({ run }) => run.engine === engine).map(({ run, fitted }) => [run[time], fitted[time]] as const),
  })).filter(({ points }) => points.length > 0);
}

main();
