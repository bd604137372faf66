import { Problems } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import type { ServingRun } from "./serving-run.ts";
import { hindrance, scenarioOf } from "./serving-scenario.ts";

/** Mean times of a run, as simulated. */
export interface Latencies {
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

/** A measured run beside what the simulator makes of it. */
export interface Served {
  readonly run: ServingRun;
  readonly fitted: Latencies;
  /** Undefined where it was not asked for. */
  readonly roofline?: Latencies;
}

/** The runs that a scenario can say, served, with the roofline too unless it is not wanted, and how many each other reason kept from it. */
export function serve(runs: readonly ServingRun[], withRoofline = true): { served: Served[]; left: Map<string, number> } {
  const left = new Map<string, number>();
  const served: Served[] = [];
  for (const run of runs) {
    const one = servedOf(run, withRoofline);
    if (typeof one === "string") left.set(one, (left.get(one) ?? 0) + 1);
    else served.push(one);
  }
  return { served, left };
}

function servedOf(run: ServingRun, withRoofline: boolean): Served | string {
  const reason = hindrance(run);
  if (reason !== undefined) return reason;
  try {
    const fitted = latenciesOf(run, "fitted");
    return withRoofline ? { run, fitted, roofline: latenciesOf(run, "roofline") } : { run, fitted };
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ path, wanted }) => `${path.join(".")}: wanted ${wanted}`)[0] ?? "refused";
    throw error;
  }
}

function latenciesOf(run: ServingRun, kernels: "fitted" | "roofline"): Latencies {
  const { ttftSeconds, tpotSeconds } = simulate(scenarioOf(run, kernels));
  return { ttftSeconds: ttftSeconds?.mean ?? Number.NaN, tpotSeconds: tpotSeconds?.mean ?? Number.NaN };
}
