import { join } from "node:path";
import { GALLERY, HOUSE } from "../house.ts";
import type { Effort } from "./best.ts";
import { metered } from "./meter.ts";
import { duration, type Row } from "./row.ts";

const SAMPLED = join(HOUSE, "bench/dist/speed/sampled-run.js");
const SERVING = join(HOUSE, "bench", "serving");

/** `rounds`: runs in each process. */
const LOADS = [
  { what: "10,000 requests, a dense 7B on one GPU", file: join(SERVING, "w2.yaml"), rounds: 40 },
  { what: "10,000 requests over 8 replicas of it", file: join(SERVING, "w4.yaml"), rounds: 40 },
  { what: "10,000 requests, Qwen3-30B-A3B on 8 GPUs", file: join(SERVING, "w5.yaml"), rounds: 25 },
  { what: "10,000 requests, the same, attention over two GPUs", file: join(SERVING, "w7.yaml"), rounds: 25 },
  { what: "the 512-GPU plan for five minutes", file: join(GALLERY, "alerts-on-the-plan", "scenario.yaml"), rounds: 8 },
] as const;
const PAIRS = 4;

/** What it costs to sample a run every 5 s: processes in turn, each of which runs alone until V8 has compiled it. By the time of the cores of the best run. */
export async function series({ quick }: Effort): Promise<Row[]> {
  return (quick ? LOADS.slice(0, 1) : LOADS).map(({ what, file, rounds }) => {
    const best = { none: Number.POSITIVE_INFINITY, alerts: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
    for (let pair = 0; pair < (quick ? 1 : PAIRS); pair++)
      for (const way of ["none", "alerts", "all"] as const)
        best[way] = Math.min(best[way], Number(metered([SAMPLED, file, way, String(quick ? 1 : rounds)]).out));
    const more = (way: "alerts" | "all") => `${((best[way] / best.none - 1) * 100).toFixed(1)} %`;
    const value = `${duration(best.none / 1e3)} of the cores`;
    return { what: `series: ${what}`, value, ratio: `+ ${more("alerts")} with the plan's alerts, + ${more("all")} with all series` };
  });
}
