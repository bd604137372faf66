import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { GALLERY, HOUSE } from "../house.ts";
import { type Effort, onceSeconds } from "./median.ts";
import { duration, type Row, rate } from "./row.ts";

const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
const METER_PIPE = 3;
/** Loaded before the program: at its end it writes the most memory that it held, in KiB, to a pipe of its own. */
const METER = `data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>writeSync(${METER_PIPE},String(process.resourceUsage().maxRSS)))`;

interface Measured {
  readonly seconds: number;
  readonly mebibytes: number;
  readonly out: string;
}

/** The command line as a process of its own: how soon it is there, and what whole scenarios cost. */
export async function processes({ quick }: Effort): Promise<Row[]> {
  const repeats = quick ? 1 : 11;
  const rows: Row[] = [{ what: "process: bare Node", value: told(median(repeats, () => measured(["--eval", "0"]))) }];
  for (const args of [["--version"], ["--help"], ["run", "--help"]]) {
    rows.push({ what: `process: tokenyard ${args.join(" ")}`, value: told(median(repeats, () => tokenyard(args))) });
  }
  for (const folder of quick ? ["two-ranks"] : ["two-ranks", "deployment-plan", "decode-512"]) {
    const run = median(quick ? 1 : 5, () => tokenyard(["run", "--json", join(GALLERY, folder, "scenario.yaml")]));
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

/** The measurement that took the median time of `repeats`. */
function median(repeats: number, measure: () => Measured): Measured {
  const all = Array.from({ length: repeats }, measure).sort((a, b) => a.seconds - b.seconds);
  return all[repeats >> 1]!;
}

function told({ seconds, mebibytes }: Measured): string {
  return `${duration(seconds)}, ${Math.round(mebibytes)} MiB`;
}
