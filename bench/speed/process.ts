import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { GALLERY, HOUSE } from "../house.ts";
import { type Effort, onceSeconds } from "./best.ts";
import { duration, type Row, rate } from "./row.ts";

const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
const METER_PIPE = 3;
/**
 * Loaded before the program: at its end it writes the most memory that it held, in KiB, to a pipe of its own. Linux tells it of
 * this program alone; the resource usage counts what the parent held when it started the child.
 */
const METER = `data:text/javascript,${encodeURIComponent(`
import { existsSync, readFileSync, writeSync } from "node:fs";
process.on("exit", () => {
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  writeSync(${METER_PIPE}, /VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? String(process.resourceUsage().maxRSS));
});
`)}`;

interface Measured {
  readonly seconds: number;
  readonly mebibytes: number;
  readonly out: string;
}

/** The command line as a process of its own: how soon it is there, and what whole scenarios cost. */
export async function processes({ quick }: Effort): Promise<Row[]> {
  const repeats = quick ? 1 : 11;
  const rows: Row[] = [{ what: "process: bare Node", value: told(best(repeats, () => measured(["--eval", "0"]))) }];
  for (const args of [["--version"], ["--help"], ["run", "--help"]]) {
    rows.push({ what: `process: tokenyard ${args.join(" ")}`, value: told(best(repeats, () => tokenyard(args))) });
  }
  for (const folder of quick ? ["two-ranks"] : ["two-ranks", "deployment-plan", "decode-512"]) {
    const run = best(quick ? 1 : 5, () => tokenyard(["run", "--json", join(GALLERY, folder, "scenario.yaml")]));
    const { horizonSeconds } = JSON.parse(run.out);
    rows.push({ what: `process: tokenyard run ${folder}`, value: `${told(run)}, ${rate(horizonSeconds / run.seconds, "simulated s")}` });
  }
  return rows;
}

function tokenyard(args: readonly string[]): Measured {
  return measured([BIN, ...args]);
}

function measured(args: readonly string[]): Measured {
  const stdio = ["ignore", "pipe", "inherit", "pipe"] as const;
  let ran = { status: null as number | null, output: [] as (string | null)[] };
  const seconds = onceSeconds(() => {
    ran = spawnSync(process.execPath, ["--import", METER, ...args], { encoding: "utf8", stdio: [...stdio], maxBuffer: 1 << 28 });
  });
  if (ran.status !== 0) throw new Error(`node ${args.join(" ")} ended with ${ran.status}`);
  return { seconds, mebibytes: Number(ran.output[METER_PIPE]) / 1024, out: ran.output[1] ?? "" };
}

/** The fastest of `repeats` measurements. */
function best(repeats: number, measure: () => Measured): Measured {
  return Array.from({ length: repeats }, measure).reduce((fastest, each) => (each.seconds < fastest.seconds ? each : fastest));
}

function told({ seconds, mebibytes }: Measured): string {
  return `${duration(seconds)}, ${Math.round(mebibytes)} MiB`;
}
