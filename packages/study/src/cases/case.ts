import type { Formula } from "@tokenyard/expression";
import { metricValue, type Report, type TargetVerdict } from "@tokenyard/report";
import { metricOf } from "@tokenyard/scenario";
import type { Parameters } from "../points/point.ts";
import type { PointResult, PointStatus } from "../points/point-result.ts";
import { resultScope } from "../points/words.ts";
import { PooledSeeds } from "../seeds/pooled-seeds.ts";
import { type Unsteady, UnsteadyRuns } from "../seeds/unsteady.ts";
import { estimateOf, type Interval } from "../statistics/estimate.ts";
import { isMet, verdictOf } from "../statistics/verdict.ts";

/** Result of a study for one choice of parameters: the means of its replications, without their reports. */
export interface Case {
  /** Index of the first row of the case. */
  readonly index: number;
  readonly parameters: Parameters;
  readonly status: PointStatus;
  /** Why there is no result. */
  readonly reason: string | null;
  /** Each formula: of latencies over all requests pooled, else the mean over replications; null where it has no value. */
  readonly values: readonly (number | null)[];
  /** The 95 % interval of each; null where there is none, as of one replication. */
  readonly intervals: readonly (Interval | null)[];
  /**
   * Whether the demands are met: targets by the verdicts of several replications, constraints of a search by every one; null without a
   * result.
   */
  readonly met: boolean | null;
  /** True if they are not met though no target is surely missed: there are too few seeds, or no more load was offered. */
  readonly undecided: boolean;
  /** Seeds that ran. */
  readonly seeds: number;
  /** Runs of the case without a steady load; left out if all had one. */
  readonly unsteady?: Unsteady;
}

/** Whether a run meets every target of its scenario. */
export function meetsTargets({ targets }: Report): boolean {
  return targets.every(({ met }) => met);
}

/** Makes cases of the rows of a study as they come. Holds no report. */
export class CaseBook {
  readonly formulas: readonly Formula[];
  /** Complete cases, in order. */
  readonly cases: Case[] = [];
  readonly #replications: number;
  readonly #meets: (report: Report) => boolean;
  /** Whether targets are the demands. */
  readonly #isByTargets: boolean;
  #draft: Draft | undefined;

  /**
   * `replications` of each choice are consecutive; when there are several, their parameters state the seed. `meets` decides the demands.
   */
  constructor(formulas: readonly Formula[], replications: number, meets: (report: Report) => boolean) {
    this.formulas = formulas;
    this.#replications = replications;
    this.#meets = meets;
    this.#isByTargets = meets === meetsTargets;
  }

  add(row: PointResult): void {
    const parameters = this.#replications > 1 ? withoutSeed(row.parameters) : row.parameters;
    if (this.#draft !== undefined && !isSame(this.#draft.parameters, parameters)) this.end();
    this.#draft ??= {
      index: row.index,
      parameters,
      rows: 0,
      observed: this.formulas.map(() => []),
      pool: new PooledSeeds(),
      loads: new UnsteadyRuns(),
      targets: [],
      met: true,
      reason: null,
      status: "ok",
    };
    const draft = this.#draft;
    draft.rows++;
    if (row.status === "ok") {
      const scope = resultScope(row.report);
      for (const [i, { evaluate }] of this.formulas.entries()) draft.observed[i]!.push(evaluate(scope));
      draft.met &&= this.#meets(row.report);
      draft.pool.add(row.report);
      draft.loads.add(row.report);
      for (const [i, { name, metric, target, met, offered }] of this.#isByTargets ? row.report.targets.entries() : []) {
        draft.targets[i] ??= { name, metric, target, values: [], missed: 0, offered: 0 };
        if (!met) draft.targets[i][offered === true ? "offered" : "missed"]++;
        const value = metricValue(row.report, { path: metric });
        if (value !== null) draft.targets[i].values.push(value);
      }
    } else if (draft.status !== "failed") {
      draft.status = row.status;
      draft.reason = row.reason;
    }
    if (draft.rows === this.#replications) this.end();
  }

  /** Ends the rows: the last case is complete. */
  end(): void {
    if (this.#draft !== undefined) this.cases.push(caseOf(this.#draft, this.formulas, this.#isByTargets));
    this.#draft = undefined;
  }
}

/** A case of which more rows may come. */
interface Draft extends Pick<Case, "index" | "parameters"> {
  rows: number;
  /** [formulas][rows] */
  readonly observed: (number | null)[][];
  readonly pool: PooledSeeds;
  readonly loads: UnsteadyRuns;
  readonly targets: DraftTarget[];
  met: boolean;
  reason: string | null;
  status: PointStatus;
}

/** A target, with the values of replications. */
interface DraftTarget {
  readonly name: string;
  readonly metric: string;
  readonly target: number;
  readonly values: number[];
  /** Replications that miss it. */
  missed: number;
  /** Cases that miss it because they were offered no more load. */
  offered: number;
}

/** Verdict of the replications of a draft on one of its targets. */
function verdictOfTarget({ name, metric, target, values, missed, offered }: DraftTarget, { pool, rows }: Draft): TargetVerdict {
  if (rows === 1) return missed > 0 ? "missed" : offered > 0 ? "not-enough-evidence" : "met";
  const estimate = pool.estimate(metric, values);
  if (estimate === undefined || values.length < rows) return "missed";
  const wanted = { better: metricOf(name)!.better, value: target, ofEach: metric.endsWith("Seconds.max") };
  const verdict = verdictOf(wanted, estimate, values) ?? "not-enough-evidence";
  return verdict === "missed" && offered > 0 ? "not-enough-evidence" : verdict;
}

function caseOf(draft: Draft, formulas: readonly Formula[], byTargets: boolean): Case {
  const { index, parameters, observed, reason, status, pool, rows } = draft;
  const unsteady = draft.loads.most;
  const verdicts = draft.targets.map((target) => verdictOfTarget(target, draft));
  const met = byTargets ? verdicts.every(isMet) : draft.met;

  const estimates = observed.map((values, i) => {
    const there = values.filter((value) => value !== null);
    if (status !== "ok") return undefined;
    const path = rows > 1 ? metricOf(formulas[i]!.text)?.path : undefined;
    const pooled = path === undefined ? undefined : pool.estimate(path, there);
    return pooled === undefined ? estimateOf(there, formulas[i]!.range) : { mean: pooled.value, interval: pooled.interval };
  });
  return {
    index,
    parameters,
    status,
    reason,
    values: estimates.map((estimate) => estimate?.mean ?? null),
    intervals: estimates.map((estimate) => estimate?.interval ?? null),
    met: status === "ok" ? met : null,
    undecided: status === "ok" && byTargets && !met && !verdicts.includes("missed"),
    seeds: rows,
    ...(unsteady === undefined ? {} : { unsteady }),
  };
}

function withoutSeed({ seed: _, ...parameters }: Parameters): Parameters {
  return parameters;
}

function isSame(a: Parameters, b: Parameters): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
