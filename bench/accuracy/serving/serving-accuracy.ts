import { writeFileSync } from "node:fs";
import { type Cloud, scatter } from "../kernels/scatter.ts";
import { dataFolder, readTable } from "../table.ts";
import { everyPoolPage, everyRunPage } from "./every-run.ts";
import { openLoopScores } from "./open-loop-scores.ts";
import { sampleOfRuns } from "./sample-of-runs.ts";
import { type Latencies, type Served, serve } from "./served.ts";
import { servingPage } from "./serving-page.ts";
import { ENGINES, servingRunOf } from "./serving-run.ts";
import { tooFast } from "./too-fast.ts";

// Simulates measured serving runs and writes docs/accuracy/serving.md with its plots: pnpm accuracy:serving FOLDER, from the root. With --all, which takes
// half an hour or more, it simulates every run of vLLM instead and writes docs/accuracy/every-run.md; with --pools, those of pools, docs/accuracy/every-pool.md.

const COLOURS = { vllm: "#1f77b4", trtllm: "#17a398", sglang: "#d1495b" } as const;

function main(): void {
  const rows = readTable(dataFolder(), "end_to_end.csv").filter((row) => row["quality"] === "ok");
  const runs = rows.map(servingRunOf);
  const odd = tooFast(runs);
  const sound = runs.filter((run) => !odd.has(run));
  if (process.argv.includes("--all")) {
    writeFileSync("docs/accuracy/every-run.md", everyRunPage(sound));
    return;
  }
  if (process.argv.includes("--pools")) {
    writeFileSync("docs/accuracy/every-pool.md", everyPoolPage(sound));
    return;
  }
  const { served, left } = serve(sampleOfRuns(sound), ["ideal", "engine"]);
  writeFileSync("docs/accuracy/tpot.svg", scatter("TPOT of serving runs", clouds(served, "tpotSeconds")));
  writeFileSync("docs/accuracy/ttft.svg", scatter("TTFT of serving runs", clouds(served, "ttftSeconds")));
  const open = openLoopScores(readTable(dataFolder(), "e2e_open_loop.csv"));
  writeFileSync("docs/accuracy/serving.md", servingPage({ rows: rows.length, served, left, odd: odd.size, open }));
}

function clouds(served: readonly Served[], time: keyof Latencies): Cloud[] {
  return ENGINES.map((engine) => ({
    name: engine,
    colour: COLOURS[engine],
    points: served.filter(({ run }) => run.engine === engine).map(({ run, fitted }) => [run[time], fitted[time]] as const),
  })).filter(({ points }) => points.length > 0);
}

main();
