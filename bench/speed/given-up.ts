// Runs a scenario and lists the functions that V8 gives up on, or compiles again: `pnpm bench:given-up SCENARIO [--metrics]`.
// One that it compiles again and again in vain takes a core beside the run; two or three times are the run's kinds of passes, one after the other.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOUSE } from "../house.ts";
import { refused, scriptOptions } from "../script-options.ts";
import { Compiled } from "./compiled.ts";

const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");

const USAGE = "given-up SCENARIO [--metrics]";
const { values, positionals } = scriptOptions(USAGE, { allowPositionals: true, options: { metrics: { type: "boolean", default: false } } });
const [scenario] = positionals;
if (scenario === undefined) refused(USAGE, "SCENARIO: nothing given");
const series = join(tmpdir(), `given-up-${process.pid}.om`);
const args = [
  "--trace-opt",
  "--trace-deopt",
  BIN,
  "run",
  "--json",
  "--replications",
  "1",
  scenario,
  ...(values.metrics ? ["--metrics", series] : []),
];
const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 30 });
rmSync(series, { force: true });
if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`);

const compiled = new Compiled();
for (const line of stdout.split("\n")) compiled.read(line);
console.log(compiled.table());
