import { join } from "node:path";
import { inProcessRunner, loadScenarioFile, type Runner, type Scenario, sweep, workerRunner } from "tokenyard";
import { GALLERY } from "../house.ts";
import type { Effort } from "./best.ts";
import { type Row, rate, times } from "./row.ts";

/** Points of one measurement: some seconds of work for a core. */
const POINTS = { "two-ranks": 1000, "deployment-plan": 24 } as const;
const ROUNDS = 3; // the best is told: threads share their cores with whatever else runs

/** Points of a study, a seed each: in this thread, and over one and two worker threads. */
export async function study({ quick }: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [folder, count] of Object.entries(POINTS)) {
    const { scenario } = loadScenarioFile(join(GALLERY, folder, "scenario.yaml"));
    const points = quick ? 4 : count;
    const here = await pointsPerSecond(inProcessRunner(), scenario, points, quick);
    rows.push({ what: `study of ${folder}, in this thread`, value: rate(here, "points") });
    let one = here;
    for (const workers of [1, 2]) {
      const runner = workerRunner({ workers });
      const speed = await pointsPerSecond(runner, scenario, points, quick);
      await runner.close();
      if (workers === 1) one = speed;
      const ratio = workers === 1 ? `${times(speed / here)} this thread` : `${times(speed / one)} one worker`;
      rows.push({ what: `study of ${folder}, ${workers} worker${workers === 1 ? "" : "s"}`, value: rate(speed, "points"), ratio });
    }
  }
  return rows;
}

async function pointsPerSecond(runner: Runner, scenario: Scenario, points: number, quick: boolean): Promise<number> {
  let best = 0;
  await swept(runner, scenario, Math.min(points, 8)); // threads are up, code is warm
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    const startMs = performance.now();
    await swept(runner, scenario, points);
    best = Math.max(best, points / ((performance.now() - startMs) / 1e3));
  }
  return best;
}

async function swept(runner: Runner, scenario: Scenario, points: number): Promise<void> {
  for await (const row of sweep(scenario, { vary: { seed: `1..${points}` }, runner })) if (row.status !== "ok") throw new Error(row.reason);
}
