// Mutates the scenarios of the gallery and tries each: `pnpm fuzz [--cases N] [--from N] [--seed N] [--most-ms N] [--workers N]`. Every one
// must run and keep the laws, or be refused with a place. Those that show a fault of ours are written to out/fuzz/, beside a ledger of
// what was tried: cases that stand there are not tried again, so that a campaign may be broken off at any time.
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { HOUSE } from "../house.ts";
import { scriptOptions, wholeNumber } from "../script-options.ts";
import { Ledger } from "./ledger.ts";
import type { SliceResult } from "./slice.ts";

const USAGE = "fuzz [--cases N] [--from N] [--seed N] [--most-ms N] [--workers N]";
const { values } = scriptOptions(USAGE, {
  options: {
    cases: { type: "string", default: "5000" },
    from: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    "most-ms": { type: "string", default: "2000" },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});
const SLICE = 100;
const TOLD_EACH = 2000;
const of = (option: keyof typeof values, least: number) => wholeNumber(USAGE, `--${option}`, values[option], least);
const [seed, from, mostMs, workers] = [of("seed", 0), of("from", 0), of("most-ms", 1), of("workers", 1)];
const to = from + of("cases", 1);
const ledger = new Ledger(join(HOUSE, "out", "fuzz"), seed);
const slices = ledger.untried(from, to, SLICE)[Symbol.iterator]();
await Promise.all(Array.from({ length: workers }, worked));

/** A thread that takes slice after slice, until none is left. */
async function worked(): Promise<void> {
  const worker = new Worker(new URL("worker.js", import.meta.url));
  for (let next = slices.next(); !next.done; next = slices.next()) {
    worker.postMessage({ seed, mostMs, ...next.value });
    const [result] = (await once(worker, "message")) as [SliceResult];
    ledger.add(result);
    const tried = ledger.results.reduce((sum, { cases }) => sum + cases, 0);
    if (tried % TOLD_EACH < result.cases) console.error(`${tried} cases: ${progress()}`);
  }
  await worker.terminate();
}

function progress(): string {
  const sums: Record<string, number> = {};
  for (const { counts } of ledger.results) for (const [kind, count] of Object.entries(counts)) sums[kind] = (sums[kind] ?? 0) + count;
  return Object.entries(sums)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

const slowest = ledger.results.reduce((worst, each) => (each.slowest.ms > worst.slowest.ms ? each : worst)).slowest;
const most = `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`;
console.log(`seed ${seed}: ${progress()}; slowest case ${slowest.number} took ${(slowest.ms / 1000).toFixed(1)} s; ${most}`);
process.exitCode = ledger.results.some(({ counts }) => counts.fault > 0) ? 1 : 0;
