import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GALLERY, HOUSE } from "../house.ts";
import { type Metered, tokenyard } from "./meter.ts";
import { duration, type Row } from "./row.ts";

const SERVING = join(HOUSE, "bench", "serving");
const BEST_PLAN = join(GALLERY, "best-plan", "scenario.yaml");
const FRONT = ["--minimize", "gpus", "--minimize", "ttft", "--vary", "serving.scheduler.microBatches=1,2", "--max-gpus", "1024"];
const CHEAPEST = ["--minimize", "gpus", "--maximize", "throughputPerGpu", "--max-gpus", "128"];

interface Asked {
  readonly what: string;
  readonly args: readonly string[];
  readonly repeats: number;
}

const W = (number: number): Asked => ({
  what: `W${number}, whole process`,
  args: ["run", "--json", "--replications", "1", join(SERVING, `w${number}.yaml`)],
  repeats: 9,
});

const ASKED: readonly Asked[] = [
  ...[1, 2, 3, 4].map(W),
  {
    what: "decode-512, whole process",
    args: ["run", "--json", "--replications", "1", join(GALLERY, "decode-512", "scenario.yaml")],
    repeats: 5,
  },
  { what: "best-plan, whole process", args: ["optimize", BEST_PLAN, ...CHEAPEST], repeats: 1 },
  { what: "best-plan, its front of GPUs over TTFT, whole process", args: ["optimize", BEST_PLAN, ...FRONT], repeats: 1 },
];

/** What is asked of whole processes by the clock, and of one by its memory. */
export function wholeProcesses(): Row[] {
  return [...ASKED.map(({ what, args, repeats }) => ({ what, value: byTheClock(soonest(repeats, () => tokenyard(args))) })), spans()];
}

/** The spans of all ops of 1,000 requests, written to a file. */
function spans(): Row {
  const folder = mkdtempSync(join(tmpdir(), "tokenyard-spans-"));
  try {
    const ran = tokenyard(["run", "--json", "--replications", "1", join(SERVING, "w1.yaml"), "--spans", join(folder, "spans.json")]);
    return { what: "--spans of 1,000 requests: most memory", value: `${Math.round(ran.mebibytes)} MiB` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The one of `repeats` measurements that was over first. */
function soonest(repeats: number, measure: () => Metered): Metered {
  return Array.from({ length: repeats }, measure).reduce((soonest, each) => (each.seconds < soonest.seconds ? each : soonest));
}

function byTheClock({ seconds, coreSeconds }: Metered): string {
  return `${duration(seconds)} by the clock, ${duration(coreSeconds)} of the cores`;
}
