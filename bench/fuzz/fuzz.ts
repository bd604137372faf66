// Mutates the scenarios of the gallery and tries each: `pnpm fuzz [--cases N] [--seed N] [--most-ms N]`. Every one must run and
// keep the laws, or be refused with a place. Those that show a fault of ours are written to out/fuzz/.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GALLERY, HOUSE } from "../house.ts";
import { campaign } from "./campaign.ts";
import { gallerySeeds } from "./seeds.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    "most-ms": { type: "string", default: "2000" },
  },
});
const TOLD_EACH = 500;
const SLOW_MS = 10_000;
const seed = Number(values.seed);
const counts: Record<string, number> = { ran: 0, refused: 0, "given up": 0, fault: 0 };
let slowestMs = 0;
let slowest = 0;
let startMs = performance.now();
for (const { number, text, outcome } of campaign({
  seed,
  cases: Number(values.cases),
  mostMs: Number(values["most-ms"]),
  ...gallerySeeds(GALLERY),
})) {
  const ms = performance.now() - startMs;
  if (ms > SLOW_MS) console.error(`case ${number}: ${outcome.kind} after ${(ms / 1000).toFixed(1)} s`);
  if (ms > slowestMs) [slowestMs, slowest] = [ms, number];
  counts[outcome.kind]!++;
  if (outcome.kind === "fault") {
    const folder = join(HOUSE, "out", "fuzz");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `seed-${seed}-case-${number}.yaml`);
    writeFileSync(file, text);
    console.error(`case ${number}: ${outcome.what}\n  ${file}`);
  }
  if ((number + 1) % TOLD_EACH === 0) console.error(`${number + 1} cases: ${JSON.stringify(counts)}`);
  startMs = performance.now();
}
const told = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
const most = `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`;
console.log(`seed ${seed}: ${told.join(", ")}; slowest case ${slowest} took ${(slowestMs / 1000).toFixed(1)} s; ${most}`);
process.exitCode = counts["fault"] === 0 ? 0 : 1;
