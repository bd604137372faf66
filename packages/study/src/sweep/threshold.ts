import type { Report } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import type { Impossible, Parameters, Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";

/** Search for the smallest value between `from` and `to` for which `holds` is true. A value without a report does not hold. */
export interface ThresholdSearch extends RunnerOptions {
  readonly from: number;
  readonly to: number;
  /** Distance of tried values: only `from`, `from` + `step`, … are tried; 1 for whole numbers. Undefined: any number. */
  readonly step?: number;
  /** Without a step, the search ends when the last two values are this close, as a share of `to` − `from`; 1e-3 when none is given. */
  readonly tolerance?: number;
  pointAt(value: number): { readonly parameters: Parameters; readonly scenario: Scenario | Impossible };
  holds(report: Report): boolean;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
}

export interface Threshold {
  /** The smallest value that was found to hold. */
  readonly value: number;
  readonly report: Report;
  /** The largest value tried under it, which does not hold; null when `from` holds. */
  readonly below: number | null;
  /** Every value tried, in order of trial. */
  readonly tried: readonly { readonly value: number; readonly holds: boolean }[];
}

/**
 * The threshold by halving, for a predicate that holds from some value on; undefined when it does not hold at `to`
 * (or the search was stopped). Runs 2 + log2 of the number of values.
 */
export async function bisect(search: ThresholdSearch): Promise<Threshold | undefined> {
  return gridThenBisect({ ...search, points: 2 });
}

/**
 * Variant of `bisect` for a predicate that may hold, fail and hold again: tries `points` (2 or more) evenly spaced values with both ends,
 * takes the smallest that holds, and bisects below it. An interval between two neighbours of the grid that both fail is not examined.
 */
export async function gridThenBisect(search: ThresholdSearch & { readonly points: number }): Promise<Threshold | undefined> {
  const trials = new Trials(search);
  const { from, to, step, tolerance = 1e-3, points } = search;
  const snap = (value: number) => (step === undefined ? value : from + Math.floor((value - from) / step + 1e-9) * step);
  const last = snap(to);
  const grid = Array.from({ length: points }, (_, i) => (i === points - 1 ? last : snap(from + (i * (last - from)) / (points - 1))));
  await trials.run([...new Set(grid)]);
  const found = trials.smallest();
  if (found === undefined) return undefined;
  let low = trials.largestBelow(found);
  let high = found;
  while (low !== null) {
    const middle = snap(low + (high - low) / 2);
    const isClose = step === undefined && high - low <= tolerance * (to - from);
    if (isClose || middle <= low || middle >= high) break;
    const holds = await trials.run([middle]);
    if (holds === undefined) return undefined;
    if (holds) high = middle;
    else low = middle;
  }
  return { value: high, report: trials.reportAt(high), below: low, tried: trials.tried };
}

/** Tried values with their results. */
class Trials {
  readonly tried: { readonly value: number; readonly holds: boolean }[] = [];
  private readonly reports = new Map<number, Report>();
  private readonly search: ThresholdSearch;
  private isStopped = false;

  constructor(search: ThresholdSearch) {
    this.search = search;
  }

  /** Tries `values` in order; whether the last one holds, or undefined when the search was stopped. */
  async run(values: readonly number[]): Promise<boolean | undefined> {
    const { pointAt, holds, runner = inProcessRunner() } = this.search;
    const points = values.map((value, index): Point => ({ index, ...pointAt(value) }));
    let last: boolean | undefined;
    let count = 0;
    for await (const row of runner.run(points, this.search)) {
      const value = values[count++]!;
      last = this.keep(value, row, holds);
    }
    if (count < values.length) this.isStopped = true;
    return this.isStopped ? undefined : last;
  }

  smallest(): number | undefined {
    const holding = this.tried.filter(({ holds }) => holds).map(({ value }) => value);
    return this.isStopped || holding.length === 0 ? undefined : Math.min(...holding);
  }

  largestBelow(value: number): number | null {
    const below = this.tried.filter((trial) => trial.value < value).map((trial) => trial.value);
    return below.length === 0 ? null : Math.max(...below);
  }

  reportAt(value: number): Report {
    return this.reports.get(value)!;
  }

  private keep(value: number, row: PointResult, predicate: (report: Report) => boolean): boolean {
    const holds = row.status === "ok" && predicate(row.report);
    this.tried.push({ value, holds });
    if (row.status === "ok") this.reports.set(value, row.report);
    return holds;
  }
}
