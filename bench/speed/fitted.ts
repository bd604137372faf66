import { join } from "node:path";
import { prepare, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { HOUSE } from "../house.ts";
import { type Effort, onceSeconds } from "./best.ts";
import { duration, type Row } from "./row.ts";

interface Case {
  readonly what: string;
  readonly file: string;
  readonly set?: readonly string[];
  /** How often as long as under the roofline it may take. */
  readonly most: number;
  /** Runs of either, in turn. */
  readonly rounds: number;
}

const FEW = "workload.requests=1000";
const EXACT = "routing.resolution=exact";

const CASES: readonly Case[] = [
  { what: "1,000 requests, a dense 7B on one GPU", file: "w1", most: 1.15, rounds: 25 },
  { what: "10,000 requests, a dense 7B on one GPU", file: "w2", most: 1.15, rounds: 15 },
  { what: "100,000 requests, a dense 7B on one GPU", file: "w3", most: 1.15, rounds: 5 },
  { what: "10,000 requests over 8 replicas of it", file: "w4", most: 1.15, rounds: 15 },
  { what: "10,000 requests, Qwen3-30B-A3B on 8 GPUs", file: "w5", most: 1.15, rounds: 9 },
  { what: "1,000 requests, the same: uniform", file: "w5", set: [FEW, "routing.gate=uniform", EXACT], most: 2, rounds: 1 },
  {
    what: "1,000 requests, the same: lognormal 1.05",
    file: "w5",
    set: [FEW, "routing.gate={ kind: lognormal, sigma: 1.05 }", EXACT],
    most: 2,
    rounds: 1,
  },
];

/** What fitted kernels cost a run, against the roofline on the same machine, collectives alike: runs in turn, the best of each. */
export function fittedKernels({ quick }: Effort): Row[] {
  return (quick ? CASES.slice(0, 1) : CASES).map(({ what, file, set = [], most, rounds }) => {
    const best = { fitted: Number.POSITIVE_INFINITY, roofline: Number.POSITIVE_INFINITY };
    for (let round = 0; round <= (quick ? 0 : rounds); round++) {
      for (const kind of ["fitted", "roofline"] as const) {
        const seconds = runSeconds(file, [...set, `cluster.kernels=${kind}`]);
        if (round > 0 || quick) best[kind] = Math.min(best[kind], seconds); // the first round warms up
      }
    }
    const ratio = `${(best.fitted / best.roofline).toFixed(2)} × of the roofline's time; at most ${most} × wanted`; // two figures would hide what is asked
    return { what: `fitted kernels: ${what}`, value: duration(best.fitted), ratio };
  });
}

/** Seconds of the run alone. */
function runSeconds(file: string, set: readonly string[]): number {
  const { scenario } = loadScenarioFile(join(HOUSE, "bench", "serving", `${file}.yaml`), { set });
  const simulation = start(prepare(scenario));
  return onceSeconds(() => {
    while (simulation.advance(Number.MAX_SAFE_INTEGER));
  });
}
