// Measures how fast the simulator is: `pnpm bench [--quick] [--write] [--only PART] [--long]`. With --quick it only tries that every benchmark runs;
// with --write the table goes into bench/README.md too. `--only uneven` measures one part, whose rows take the place of theirs in the table;
// it also has what other parts measure of all that is held against an aim. With --long it runs 10,000 requests of gates that draw, which takes minutes.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOUSE } from "../house.ts";
import { refused, scriptOptions } from "../script-options.ts";
import { bounds } from "./bounds.ts";
import { engines } from "./engines.ts";
import { estimates } from "./estimates.ts";
import { eventQueue } from "./event-queue.ts";
import { faults } from "./faults.ts";
import { fittedKernels } from "./fitted.ts";
import { kernels } from "./kernels.ts";
import { numerics } from "./numerics.ts";
import { opTiming } from "./op-timing.ts";
import { page } from "./page.ts";
import { processes } from "./process.ts";
import { routing } from "./routing.ts";

import { markdown, type Row, replaced } from "./row.ts";
import { search } from "./search.ts";
import { series } from "./series.ts";
import { serving } from "./serving.ts";
import { statistics } from "./statistics.ts";
import { study } from "./study.ts";
import { unequal } from "./unequal.ts";
import { uneven } from "./uneven.ts";
import { wholeRun } from "./whole-run.ts";

const README = join(HOUSE, "bench", "README.md");
const PARTS = {
  eventQueue,
  opTiming,
  kernels,
  routing,
  wholeRun,
  serving,
  series,
  fittedKernels,
  engines,
  uneven,
  unequal,
  faults,
  study,
  bounds,
  processes,
};
/** Takes minutes or a browser, and is of no machine: only where it is asked for. */
const ALONE = { statistics, page, search, numerics, estimates };
const USAGE = `bench [--quick | --write] [--long] [--only PART], of ${Object.keys({ ...PARTS, ...ALONE }).join(", ")}`;
const { values } = scriptOptions(USAGE, {
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    only: { type: "string" },
    long: { type: "boolean", default: false },
  },
});
if (values.quick && values.write) refused(USAGE, "--write keeps numbers that are worth it: not those of --quick");
if (values.only !== undefined && !(values.only in PARTS || values.only in ALONE))
  refused(USAGE, `--only: ${values.only} given; wanted a part`);

const rows: Row[] = [];
for (const [name, benchmark] of Object.entries(values.only === undefined ? PARTS : { ...PARTS, ...ALONE })) {
  if (values.only !== undefined && values.only !== name) continue;
  const measured = await benchmark(values);
  for (const { what, value, ratio = "" } of measured) console.error(`${what}: ${value}${ratio === "" ? "" : `; ${ratio}`}`);
  rows.push(...measured);
}
const table = markdown(rows);
console.log(table);
if (values.write) {
  const text = readFileSync(README, "utf8");
  const kept = /(<!-- speed -->\n)([\s\S]*?)(<!-- end -->)/;
  if (!kept.test(text)) throw new Error(`${README} has no place for the table`);
  writeFileSync(
    README,
    text.replace(kept, (_, from, before, to) => `${from}${values.only === undefined ? table : replaced(before, rows)}${to}`),
  );
}
