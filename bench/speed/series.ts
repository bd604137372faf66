import { join } from "node:path";
import { GALLERY, HOUSE } from "../house.ts";
import type { Effort } from "./best.ts";
import { InTurn } from "./in-turn.ts";
import { duration, type Row } from "./row.ts";

const SAMPLED = join(HOUSE, "bench/dist/speed/sampled-run.js");
const SERVING = join(HOUSE, "bench", "serving");

/** `rounds`: runs of each process; V8 has compiled it in the first half of them. */
const LOADS = [
  { what: "10,000 requests, a dense 7B on one GPU", file: join(SERVING, "w2.yaml"), rounds: 40 },
  { what: "10,000 requests over 8 replicas of it", file: join(SERVING, "w4.yaml"), rounds: 40 },
  { what: "10,000 requests, Qwen3-30B-A3B on 8 GPUs", file: join(SERVING, "w5.yaml"), rounds: 40 },
  { what: "10,000 requests, the same, attention over two GPUs", file: join(SERVING, "w7.yaml"), rounds: 40 },
  { what: "the 512-GPU plan for five minutes", file: join(GALLERY, "alerts-on-the-plan", "scenario.yaml"), rounds: 32 },
] as const;
const WAYS = ["none", "alerts", "all"] as const;
/** Each has three processes of its own: V8 does not compile each process alike. */
const TRIALS = 5;

/** What it costs to sample a run every 5 s: processes that take turns run by run, so that what else the machine does hits all alike. By the clock, and by the time of the cores, which V8 compiles and collects on beside the run; the median of trials. */
export async function series({ quick }: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { what, file, rounds } of quick ? LOADS.slice(0, 1) : LOADS) {
    const trials: number[][][][] = [];
    for (let trial = 0; trial < (quick ? 1 : TRIALS); trial++) {
      const processes = new InTurn(WAYS.map((way) => [SAMPLED, file, way]));
      trials.push(await processes.run(quick ? 2 : rounds));
    }
    const bare = (by: By) => duration(medianOf(trials.map(([none]) => medianOf(behindStart(none!).map((ms) => ms[by]!)))) / 1e3);
    const more = (way: 1 | 2, by: By) => {
      const ratios = trials.map((ran) => medianOf(behindStart(ran[way]!.map((ms, round) => ms[by]! / ran[0]![round]![by]!))));
      return ((medianOf(ratios) - 1) * 100).toFixed(1);
    };
    const added = (way: 1 | 2) => `+ ${more(way, CLOCK)} / ${more(way, CORES)} %`;
    const value = `${bare(CLOCK)}, ${bare(CORES)} of the cores`;
    rows.push({ what: `series: ${what}`, value, ratio: `${added(1)} with the plan's alerts, ${added(2)} with all series` });
  }
  return rows;
}

/** Index of a number in what processes answer. */
const CLOCK = 0;
const CORES = 1;
type By = typeof CLOCK | typeof CORES;

function behindStart<Each>(rounds: readonly Each[]): readonly Each[] {
  return rounds.slice(rounds.length >> 1);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
