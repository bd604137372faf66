import type { Ratios, Residual } from "../residuals/residual.ts";
import type { Latencies, Served } from "./served.ts";
import type { ServingRun } from "./serving-run.ts";

/** Measured `runs` beside the times that their `residuals` stand for, in the order of the runs; those that no scenario can say are left out. */
export function scoredRuns(runs: readonly ServingRun[], residuals: readonly Residual[]): Served[] {
  const byName = new Map<string, Residual[]>();
  for (const each of residuals.filter(({ load }) => load === "closed")) {
    const name = `${each.curve} ${each.users}`;
    byName.set(name, [...(byName.get(name) ?? []), each]);
  }
  return runs.flatMap((run) => {
    const own = byName.get(`${run.curve} ${run.concurrency}`)?.shift();
    if (own === undefined) return [];
    const { engine, ideal } = own.plain ?? {};
    return [
      { run, fitted: timesOf(run, own), ...(engine && { engine: timesOf(run, engine) }), ...(ideal && { ideal: timesOf(run, ideal) }) },
    ];
  });
}

function timesOf({ ttftSeconds, tpotSeconds }: ServingRun, { ttft, tpot }: Ratios): Latencies {
  return { ttftSeconds: ttftSeconds / ttft, tpotSeconds: tpotSeconds / tpot };
}
