import type { Report } from "@tokenyard/report";
import type { Traffic } from "@tokenyard/resilience";
import { Problems, type Scenario } from "@tokenyard/scenario";
import type { Runner, RunnerOptions } from "../runners/runner.ts";

/** Requests that a plan serves, with the source of the numbers. */
export interface ReportedTraffic extends Traffic {
  readonly from: "stated" | "workload" | "run";
  /** [pools] Requests in flight in each pool. */
  readonly inFlightOf?: readonly number[];
  /** Why the run says little about a steady load; only where it does. */
  readonly unsteady?: string;
}

/**
 * Requests by `scenario`, or, if it does not state them or has pools, by a run without faults; undefined for a run that was stopped or
 * failed.
 */
export async function trafficOf(scenario: Scenario, runner: Runner, options: RunnerOptions): Promise<ReportedTraffic | undefined> {
  const { availability = {}, workload, policies = [], pools } = scenario;
  const { rate, inFlight } = availability;
  const hasPools = pools !== undefined; // then only a run shows which of them requests are in
  if (rate !== undefined && inFlight !== undefined && !hasPools) return { perSecond: rate, inFlight, from: "stated" };
  const isPlugged = policies.some(({ door }) => door === "workload"); // then only a run shows it
  if (workload.kind === "batch" && !hasPools) return { perSecond: rate ?? 0, inFlight: inFlight ?? workload.sequences, from: "workload" };
  const perSecond = rate ?? (workload.kind === "open" && !isPlugged ? workload.rate : undefined);
  const served = inFlight ?? (workload.kind === "closed" && !isPlugged ? workload.concurrency : undefined);
  if (perSecond !== undefined && served !== undefined && !hasPools) return { perSecond, inFlight: served, from: "workload" };
  const { faults: _, health: __, claims: ___, sweep: ____, ...whole } = scenario;
  for await (const row of runner.run([{ index: 0, parameters: {}, scenario: whole as Scenario }], options)) {
    if (row.status === "ok") return trafficIn(row.report, perSecond, served, hasPools);
    if (row.status === "infeasible")
      throw new Problems([
        {
          path: ["workload"],
          given: row.reason,
          wanted: hasPools
            ? "a plan that can run, which shows the pools that requests are in"
            : "availability.rate and availability.inFlight",
        },
      ]);
    throw new Error(row.reason);
  }
  return undefined;
}

/** Missing numbers are those of the run; concurrent requests by Little's law, or, if some are never answered, their number. */
function trafficIn(
  { throughput, ttftSeconds, e2eSeconds, levels, warnings }: Report,
  perSecond: number | undefined,
  inFlight: number | undefined,
  hasPools: boolean,
): ReportedTraffic {
  const each = perSecond ?? throughput.requestsPerSecond ?? 0;
  const unsteady = warnings.find(({ code }) => code === "overload" || code === "burst");
  const all = inFlight ?? (e2eSeconds?.mean === null ? meanIn(levels) : each * (e2eSeconds?.mean ?? 0));
  const [first, last] = [ttftSeconds?.mean ?? 0, e2eSeconds?.mean ?? 0];
  const prefilling = last > 0 ? all * Math.min(1, first / last) : 0; // until the first token, which the other pool gets with the cache
  return {
    perSecond: each,
    inFlight: all,
    ...(hasPools ? { inFlightOf: [prefilling, all - prefilling] } : {}),
    from: "run",
    ...(unsteady === undefined ? {} : { unsteady: unsteady.message }),
  };
}

function meanIn(levels: Report["levels"]): number {
  if (levels === null || levels.running.length === 0) return 0;
  const sum = levels.running.reduce((total, running, bucket) => total + running + levels.waiting[bucket]!, 0);
  return sum / levels.running.length;
}
