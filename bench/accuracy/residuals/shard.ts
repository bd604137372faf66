import { appendFileSync } from "node:fs";
import { closedResidual } from "./closed-loops.ts";
import { soundRuns } from "./sound-runs.ts";

// Simulates every SHARDS-th sound closed loop from SHARD on, a line of JSON each, as `residuals.ts` starts it: shard.js FOLDER OUT SHARD SHARDS.

/** One run out of this number is also simulated with its engine alone and with ideal steps, which takes twice as long again. */
const PLAIN_EVERY = 6;

function main(): void {
  const [, , folder = "", out = "", shard, shards] = process.argv;
  for (const [at, run] of soundRuns(folder).entries()) {
    if (at % Number(shards) !== Number(shard)) continue;
    appendFileSync(out, `${JSON.stringify({ at, residual: closedResidual(run, at % PLAIN_EVERY === 0) ?? null })}\n`);
  }
}

main();
