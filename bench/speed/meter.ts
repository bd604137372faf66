import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { HOUSE } from "../house.ts";
import { onceSeconds } from "./best.ts";
import { duration } from "./row.ts";

const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
const METERING = join(HOUSE, "bench/speed/metering.cjs");
const PIPE = 3; // to which that writes

/** What a process has taken. */
export interface Metered {
  readonly seconds: number;
  /** CPU seconds of all its threads, which other work on the machine hardly affects. */
  readonly coreSeconds: number;
  readonly mebibytes: number;
  readonly out: string;
}

/** The command line as a process of its own. */
export function tokenyard(args: readonly string[]): Metered {
  return metered([BIN, ...args]);
}

/** Node with `args` as a process of its own. */
export function metered(args: readonly string[]): Metered {
  const stdio = ["ignore", "pipe", "inherit", "pipe"] as const;
  let ran = { status: null as number | null, output: [] as (string | null)[] };
  const seconds = onceSeconds(() => {
    ran = spawnSync(process.execPath, ["--require", METERING, ...args], { encoding: "utf8", stdio: [...stdio], maxBuffer: 1 << 28 });
  });
  if (ran.status !== 0) throw new Error(`node ${args.join(" ")} ended with ${ran.status}`);
  const [microseconds, kibibytes] = (ran.output[PIPE] ?? "").split(" ").map(Number);
  return { seconds, coreSeconds: microseconds! / 1e6, mebibytes: kibibytes! / 1024, out: ran.output[1] ?? "" };
}

/** The measurement with the least CPU time of `repeats`. */
export function least(repeats: number, measure: () => Metered): Metered {
  return Array.from({ length: repeats }, measure).reduce((least, each) => (each.coreSeconds < least.coreSeconds ? each : least));
}

export function meteredText({ seconds, coreSeconds, mebibytes }: Metered): string {
  return `${duration(seconds)}, ${duration(coreSeconds)} of the cores, ${Math.round(mebibytes)} MiB`;
}
