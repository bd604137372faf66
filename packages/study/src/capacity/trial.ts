import type { Formula } from "@tokenyard/expression";
import type { Report } from "@tokenyard/report";
import { needsAll } from "../optimize/questions/valueless.ts";
import { isImpossible, type Point } from "../points/point.ts";
import { resultScope } from "../points/words.ts";
import { replicatedPoints } from "../replication.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import type { Requirement } from "./requirement.ts";

/** Why a load does not hold: a requirement that is missed, requests never answered where nothing is required, a queue that grows, a run that says nothing of a steady load, no run at all. */
export interface Breach {
  readonly kind: "requirement" | "unanswered" | "overload" | "burst" | "impossible" | "failed";
  /** The requirement as people call it, or what was told of the run. */
  readonly what: string;
  /** What a requirement speaks of, by its names; null where there was no value. */
  readonly found: Readonly<Record<string, number | string | boolean | null>>;
  /** Of the run. */
  readonly seed: number;
}

/** Whether a requirement is missed as there was no value of something that it cannot hold without. */
export function isValueless({ what, found }: Breach, requirements: readonly Requirement[]): boolean {
  const required = requirements.find(({ label }) => label === what);
  return required?.syntax !== undefined && needsAll(required.syntax) && Object.values(found).includes(null);
}

/** What came of one load. */
export interface Trial {
  readonly value: number;
  /** Every replication met all requirements, and none was overloaded. */
  readonly holds: boolean;
  /** Replications that were run: up to the first that did not hold. */
  readonly runs: number;
  /** Of the replication that did not hold; empty when all do. */
  readonly breaches: readonly Breach[];
  /** [metrics] Means over the runs; null where none had a value. */
  readonly means: readonly (number | null)[];
}

export interface TrialOrder {
  readonly value: number;
  readonly point: Point;
  readonly replications: number;
  readonly requirements: readonly Requirement[];
  readonly formulas: readonly Formula[];
  readonly runner: Runner;
  readonly options: RunnerOptions;
}

/** A trial with the reports of its runs; undefined when it was stopped. */
export async function trialOf(order: TrialOrder): Promise<{ readonly trial: Trial; readonly reports: readonly Report[] } | undefined> {
  const { value, point, replications, requirements, formulas, runner, options } = order;
  const reports: Report[] = [];
  let runs = 0;
  let breaches: readonly Breach[] = [];
  for await (const row of runner.run(replicatedPoints([point], replications), options)) {
    const seed = isImpossible(point.scenario) ? 0 : point.scenario.seed + runs;
    runs++;
    if (row.status === "ok") reports.push(row.report);
    breaches =
      row.status === "ok"
        ? breachesOf(row.report, requirements)
        : [{ kind: row.status === "failed" ? "failed" : "impossible", what: row.reason, found: {}, seed }];
    if (breaches.length > 0) break; // one that does not hold decides: no other can make it hold
  }
  const wanted = isImpossible(point.scenario) ? 1 : replications;
  if (breaches.length === 0 && runs < wanted) return undefined;
  const means = formulas.map((each) => meanOf(each, reports));
  return { trial: { value, holds: breaches.length === 0, runs, breaches, means }, reports };
}

/** Why `report` says that its load does not hold. */
export function breachesOf(report: Report, requirements: readonly Requirement[]): Breach[] {
  const { seed, warnings } = report;
  const scope = resultScope(report);
  const missed = requirements
    .filter(({ holds }) => holds(scope) !== true)
    .map(({ label, names }): Breach => {
      const found = Object.fromEntries(names.map((name) => [name, scope(name) ?? null]));
      return { kind: "requirement", what: label, found, seed };
    });
  const told = warnings.flatMap(({ code, message }): Breach[] => {
    if (code === "overload" || code === "burst") return [{ kind: code, what: message, found: {}, seed }];
    const isUnanswered = code === "requests-unfinished" || code === "no-request-finished";
    return isUnanswered && requirements.length === 0 ? [{ kind: "unanswered", what: message, found: {}, seed }] : [];
  });
  return [...missed, ...told];
}

function meanOf({ evaluate }: Formula, reports: readonly Report[]): number | null {
  const values = reports.map((report) => evaluate(resultScope(report))).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
