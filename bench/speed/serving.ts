import { join } from "node:path";
import type { Scenario } from "@tokenyard/scenario";
import { prepare, type RunOptions, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { HOUSE } from "../house.ts";
import { bestOf, type Effort } from "./best.ts";
import { least, meteredText, tokenyard } from "./meter.ts";
import { duration, type Row, rate, times } from "./row.ts";

interface Workload {
  readonly file: string;
  readonly what: string;
  /** Rounds of each measurement. */
  readonly rounds: number;
  /** Whether the run is measured against its slower ways too. */
  readonly against: boolean;
}

const WORKLOADS: readonly Workload[] = [
  { file: "w1", what: "1,000 requests, a dense 7B on one GPU", rounds: 5, against: true },
  { file: "w2", what: "10,000 requests, a dense 7B on one GPU", rounds: 5, against: false },
  { file: "w3", what: "100,000 requests, a dense 7B on one GPU", rounds: 3, against: false },
  { file: "w6", what: "a million requests, a dense 7B on one GPU", rounds: 1, against: false },
  { file: "w4", what: "10,000 requests over 8 replicas of it", rounds: 5, against: true },
  { file: "w5", what: "10,000 requests, Qwen3-30B-A3B on 8 GPUs", rounds: 5, against: true },
  { file: "w7", what: "10,000 requests, the same, attention over two GPUs", rounds: 5, against: true },
];
/** Number of requests for measuring passes one by one, or op by op. */
const FEW = 1_000;

/** Requests that come as they like, served continuously: whole processes, and the run alone against its slower ways. */
export async function serving({ quick }: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { file, what, rounds, against } of quick ? WORKLOADS.slice(0, 1) : WORKLOADS) {
    const path = join(HOUSE, "bench", "serving", `${file}.yaml`);
    const { scenario } = loadScenarioFile(path);
    const repeats = quick ? 1 : rounds;
    const requests = requestsOf(scenario);
    const seconds = runSeconds(scenario, repeats);
    rows.push({
      what: `serving: ${what}`,
      value: `${duration(seconds)}: ${rate(requests / seconds, "requests")}`,
      ...(against ? { ratio: ratioOf(path, repeats) } : {}),
    });
    rows.push({
      what: `process: ${what}`,
      value: meteredText(least(repeats, () => tokenyard(["run", "--json", "--replications", "1", path]))),
    });
  }
  return rows;
}

/** Ratio of fewer requests in jumps to the same step by step and op by op. */
function ratioOf(path: string, rounds: number): string {
  const { scenario } = loadScenarioFile(path, { set: [`workload.requests=${FEW}`] });
  const jumps = runSeconds(scenario, rounds);
  const steps = runSeconds(scenario, rounds, { executor: "loop" });
  const ops = runSeconds(scenario, 1, { executor: "stages" });
  return `${times(steps / jumps)} as fast as pass by pass, ${times(ops / jumps)} as op by op`;
}

/** Seconds of the run itself, without what comes before and after it. */
function runSeconds(scenario: Scenario, rounds: number, options: RunOptions = {}): number {
  const setups = Array.from({ length: rounds }, () => prepare(scenario));
  return bestOf(rounds, () => {
    const simulation = start(setups.pop()!, options);
    while (simulation.advance(Number.MAX_SAFE_INTEGER));
  });
}

function requestsOf({ workload }: Scenario): number {
  if (workload.kind !== "open" || workload.requests === undefined) throw new Error("these workloads say how many requests come");
  return workload.requests;
}
