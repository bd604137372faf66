import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { inProcessRunner, loadScenarioFile, type Runner, type Scenario, sweep, workerRunner } from "tokenyard";
import { GALLERY, HOUSE } from "../house.ts";
import type { Effort } from "./best.ts";
import { type Row, rate, times } from "./row.ts";

interface Studied {
  readonly name: string;
  readonly file: string;
  readonly set?: readonly string[];
  /** Points of one measurement: some seconds of work for a core. */
  readonly count: number;
}

const W1 = join(HOUSE, "bench", "serving", "w1.yaml");
const BATCH = "workload={ kind: batch, sequences: 16, promptTokens: 512, outputTokens: 128 }";

/** The last two are points of which reading a scenario is a good part. */
const STUDIES: readonly Studied[] = [
  { name: "two-ranks", file: join(GALLERY, "two-ranks", "scenario.yaml"), count: 3000 },
  { name: "deployment-plan", file: join(GALLERY, "deployment-plan", "scenario.yaml"), count: 12 },
  { name: "a batch, a dense 7B on one GPU", file: W1, set: [BATCH], count: 500 },
  { name: "50 requests, a dense 7B on one GPU", file: W1, set: ["workload.requests=50"], count: 400 },
];
const ROUNDS = 5; // in turn, and the best is printed: threads share their cores with whatever else runs
const WARMING = 2; // sweeps before the first that counts: each thread compiles for itself what it runs often

interface Speed {
  readonly pointsPerSecond: number;
  /** CPU milliseconds of all threads. */
  readonly processorMsEach: number;
}

/** Points of a study, a seed each: in this thread, and over one and two worker threads; and what two threads can be had for at all. */
export async function study({ quick }: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  const rounds = quick ? 1 : ROUNDS;
  let cores = 0;
  for (const { name, file, set = [], count } of STUDIES) {
    const { scenario } = loadScenarioFile(file, { set });
    const points = quick ? 4 : count;
    const [one, two] = [workerRunner({ workers: 1 }), workerRunner({ workers: 2 })];
    const runners = [inProcessRunner(), one, two];
    for (let i = 0; i < (quick ? 1 : WARMING); i++) for (const runner of runners) await speedOf(runner, scenario, points);
    const speeds = runners.map((): Speed[] => []);
    for (let round = 0; round < rounds; round++) {
      cores = Math.max(cores, (2 * (await spinningMs(1, quick))) / (await spinningMs(2, quick)));
      for (const [i, runner] of runners.entries()) speeds[i]!.push(await speedOf(runner, scenario, points));
    }
    await Promise.all([one.close(), two.close()]);
    const [here, ofOne, ofTwo] = speeds.map(best) as [Speed, Speed, Speed];
    const inTime = times((2 * ofOne.processorMsEach) / ofTwo.processorMsEach);
    const row = (where: string, { pointsPerSecond }: Speed, ratio?: string): Row => ({
      what: `study of ${name}, ${where}`,
      value: rate(pointsPerSecond, "points"),
      ...(ratio === undefined ? {} : { ratio }),
    });
    rows.push(
      row("in this thread", here),
      row("1 worker", ofOne, `${times(ofOne.pointsPerSecond / here.pointsPerSecond)} this thread`),
      row("2 workers", ofTwo, `${times(ofTwo.pointsPerSecond / ofOne.pointsPerSecond)} one worker; ${inTime} by processor time`),
    );
  }
  return [{ what: "two threads that only count", value: `${times(cores)} one`, ratio: "the most that two workers can be" }, ...rows];
}

/** The most points in a second, and the least processor time: what else runs can only take away. */
function best(speeds: readonly Speed[]): Speed {
  return {
    pointsPerSecond: Math.max(...speeds.map(({ pointsPerSecond }) => pointsPerSecond)),
    processorMsEach: Math.min(...speeds.map(({ processorMsEach }) => processorMsEach)),
  };
}

async function speedOf(runner: Runner, scenario: Scenario, points: number): Promise<Speed> {
  const before = process.cpuUsage();
  const startMs = performance.now();
  for await (const row of sweep(scenario, { vary: { seed: `1..${points}` }, runner })) if (row.status !== "ok") throw new Error(row.reason);
  const seconds = (performance.now() - startMs) / 1e3;
  const { user, system } = process.cpuUsage(before);
  return { pointsPerSecond: points / seconds, processorMsEach: (user + system) / 1e3 / points };
}

/** How long `threads` threads take that each count as far, and touch no memory. */
async function spinningMs(threads: number, quick: boolean): Promise<number> {
  const text = `let sum = 0; for (let i = 0; i < ${quick ? 1e6 : 3e8}; i++) sum += i & 3;`;
  const startMs = performance.now();
  await Promise.all(Array.from({ length: threads }, () => new Promise((done) => new Worker(text, { eval: true }).once("exit", done))));
  return performance.now() - startMs;
}
