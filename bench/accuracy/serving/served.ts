import { Problems } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import type { ServingRun } from "./serving-run.ts";
import { hindrance, type Statement, scenarioOf } from "./serving-scenario.ts";

/** Mean times of a run, as simulated. */
export interface Latencies {
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

/** A measured run beside what the simulator makes of it. */
export interface Served {
  readonly run: ServingRun;
  readonly fitted: Latencies;
  /** Latencies of the other variants that were requested. */
  readonly roofline?: Latencies;
  readonly engine?: Latencies;
  readonly launched?: Latencies;
  readonly ideal?: Latencies;
}

type Beside = readonly Exclude<Statement, "fitted">[];

/** The runs that a scenario can say, served, as `beside` says them too, and how many each other reason kept from it. */
export function serve(runs: readonly ServingRun[], beside: Beside = ["roofline"]): { served: Served[]; left: Map<string, number> } {
  const left = new Map<string, number>();
  const served: Served[] = [];
  for (const run of runs) {
    const one = servedOf(run, beside);
    if (typeof one === "string") left.set(one, (left.get(one) ?? 0) + 1);
    else served.push(one);
  }
  return { served, left };
}

function servedOf(run: ServingRun, beside: Beside): Served | string {
  const reason = hindrance(run);
  if (reason !== undefined) return reason;
  try {
    const fitted = latenciesOf(run, run.isTogether ? "fitted" : "launched"); // engines say more of pools than keys of the whole can
    return { run, fitted, ...Object.fromEntries(beside.map((statement) => [statement, latenciesOf(run, statement)])) };
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ path, wanted }) => `${path.join(".")}: wanted ${wanted}`)[0] ?? "refused";
    throw error;
  }
}

function latenciesOf(run: ServingRun, statement: Statement): Latencies {
  const { ttftSeconds, tpotSeconds } = simulate(scenarioOf(run, statement));
  return { ttftSeconds: ttftSeconds?.mean ?? Number.NaN, tpotSeconds: tpotSeconds?.mean ?? Number.NaN };
}
