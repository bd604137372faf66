import type { Report } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import { needsAll } from "../optimize/questions/valueless.ts";
import { isImpossible, type Point } from "../points/point.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import { replicatedPoints } from "../seeds/replication.ts";
import type { CapacityMetric } from "./at-capacity.ts";
import { LoadRuns, type Stand } from "./load-runs.ts";
import { realChance } from "./real-chance.ts";
import type { Requirement } from "./requirement.ts";

/** Why a load does not hold: a requirement that is missed, requests never answered where nothing is required, a queue that grows, a run that says nothing of a steady load, no run at all. */
export interface Breach {
  readonly kind: "requirement" | "unanswered" | "overload" | "burst" | "impossible" | "failed";
  /** The requirement's name, or a remark on the run. */
  readonly what: string;
  /** Values by the names in a requirement; null where there was none. */
  readonly found: Readonly<Record<string, number | string | boolean | null>>;
  /** Seed of the run; null for a finding from several runs together. */
  readonly seed: number | null;
}

/** Whether a requirement is missed as there was no value of something that it cannot hold without. */
export function isValueless({ what, found }: Breach, requirements: readonly Requirement[]): boolean {
  const required = requirements.find(({ label }) => label === what);
  return required?.syntax !== undefined && needsAll(required.syntax) && Object.values(found).includes(null);
}

/** Result of one load. */
export interface Trial {
  readonly value: number;
  /** Whether all pooled requests met all requirements, and more than half of the runs are a steady load. */
  readonly holds: boolean;
  readonly runs: number;
  /** Empty when it holds. */
  readonly breaches: readonly Breach[];
  /** [metrics] latencies over all pooled requests, else means over the runs; null where no run had a value */
  readonly means: readonly (number | null)[];
  /** Probability from 1 to 99 % that it meets the requirements on a real server; absent if no measured runs are like it. */
  readonly probability?: number;
}

export interface TrialOrder {
  readonly value: number;
  readonly point: Point;
  readonly replications: number;
  readonly requirements: readonly Requirement[];
  readonly metrics: readonly CapacityMetric[];
  readonly runner: Runner;
  readonly options: RunnerOptions;
}

/** A trial with its runs, undefined where one gave no report; undefined when it was stopped. */
export async function trialOf(order: TrialOrder): Promise<{ readonly trial: Trial; readonly runs: LoadRuns | undefined } | undefined> {
  const { value, point, replications, requirements, metrics, runner, options } = order;
  const reports: Report[] = [];
  for await (const row of runner.run(replicatedPoints([point], replications), options)) {
    if (row.status === "ok") reports.push(row.report);
    else {
      const breach = {
        kind: row.status === "failed" ? "failed" : "impossible",
        what: row.reason,
        found: {},
        seed: seedOf(order, reports.length),
      } as const;
      return {
        trial: { value, holds: false, runs: reports.length + 1, breaches: [breach], means: metrics.map(() => null) },
        runs: undefined,
      };
    }
  }
  if (reports.length < replications) return undefined;
  const runs = new LoadRuns(reports);
  const breaches = breachesOf(runs, requirements);
  const means = metrics.map(({ metric }) => meanOf(runs, metric));
  const probability = realChance(runs, requirements);
  const sure = probability === undefined ? {} : { probability };
  return { trial: { value, holds: breaches.length === 0, runs: reports.length, breaches, means, ...sure }, runs };
}

function seedOf({ point: { scenario } }: TrialOrder, runs: number): number | null {
  return isImpossible(scenario) ? null : scenario.seed + runs;
}

const VALUE: Stand = (_, { value }) => value;

/** Why `runs` do not hold: every requirement that the pooled requests miss, and the first run of those that are no steady load. */
function breachesOf(runs: LoadRuns, requirements: readonly Requirement[]): Breach[] {
  const scope = runs.scope(VALUE);
  const [only, ...others] = runs.reports;
  const missed = requirements
    .filter((requirement) => !runs.holds(requirement, VALUE))
    .map(({ label, names }): Breach => {
      const found = Object.fromEntries(names.map((name) => [name, scope(name) ?? null]));
      return { kind: "requirement", what: label, found, seed: others.length === 0 ? only!.seed : null };
    });
  const behind = runs.isBehind ? runs.behind.slice(0, 1) : [];
  const unanswered = requirements.length === 0 ? runs.unanswered.slice(0, 1) : [];
  return [
    ...missed,
    ...behind.map(({ seed, warning: { code, message } }): Breach => ({ kind: code, what: message, found: {}, seed })),
    ...unanswered.map(({ seed, warning: { message } }): Breach => ({ kind: "unanswered", what: message, found: {}, seed })),
  ];
}

function meanOf(runs: LoadRuns, metric: string): number | null {
  const path = metricOf(metric)?.path;
  return (path === undefined ? undefined : runs.estimate(path)?.value) ?? null;
}
