// How many mutants of each room its own tests kill: a seeded sample, by Stryker. Those that survive are printed, each with its place.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";
import { HOUSE } from "../house.ts";
import { refused, scriptOptions, wholeNumber } from "../script-options.ts";
import { equivalents, type Judgement, judgementOf, judgementText } from "./judgement.ts";
import { LEFT_OUT, sampleOf } from "./sample.ts";

const usage = "pnpm mutants [--seed N] [--mutants N] [ROOM…] (as packages/serving/src or simulator/src/faults; all rooms if none is given)";
const { values, positionals } = scriptOptions(usage, {
  allowPositionals: true,
  options: { seed: { type: "string", default: "1" }, mutants: { type: "string", default: "200" } },
});
const seed = wholeNumber(usage, "--seed", values.seed, 0);
const least = wholeNumber(usage, "--mutants", values.mutants, 1);
const rooms = positionals.length > 0 ? positionals : allRooms();
for (const room of rooms) if (!existsSync(join(HOUSE, room))) refused(usage, `${room}: no such folder`);

/** A share of killed mutants below which a room's tests do not see enough. */
const LEAST_SHARE = 0.8;
const OUT = join(HOUSE, "out/mutants");
mkdirSync(OUT, { recursive: true });

for (const room of rooms) {
  const judgement = await judgedRoom(room);
  writeFileSync(join(OUT, `${room.replaceAll("/", "-")}.json`), `${JSON.stringify(judgement, null, 1)}\n`);
  console.log(judgementText(judgement));
  if (judgement.killed < LEAST_SHARE * judgement.judged) process.exitCode = 1;
}

/** The rooms that have tests of their own, whose processes are their own too. Those of the edges start others, which no mutant reaches. */
function allRooms(): readonly string[] {
  const edges = ["cli", "web", "mock", "observe"];
  const packages = readdirSync(join(HOUSE, "packages")).filter((name) => !edges.includes(name));
  return [...packages.map((name) => `packages/${name}/src`), "simulator/src"];
}

async function judgedRoom(room: string): Promise<Judgement> {
  const { all, places } = await sampleOf(HOUSE, room, least, seed);
  process.env["MUTANTS_ROOM"] = room; // for `vitest.config.mjs`
  const results = await new Stryker({
    testRunner: "vitest",
    plugins: [fileURLToPath(import.meta.resolve("@stryker-mutator/vitest-runner"))],
    vitest: { configFile: "bench/mutants/vitest.config.mjs", related: false },
    mutate: places.map(({ fileName, start, end }) => `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`),
    mutator: { excludedMutations: LEFT_OUT, plugins: null },
    coverageAnalysis: "perTest",
    ignoreStatic: true, // what a module does when it is read, as tables: each would take all tests of the room
    ignorePatterns: ["/out"],
    tempDirName: join(OUT, "sandbox"),
    concurrency: 1,
    reporters: ["progress-append-only"],
  }).runMutationTest();
  return judgementOf({ house: HOUSE, room, all, listed: equivalents(HOUSE) }, results);
}
