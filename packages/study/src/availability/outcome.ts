import { CAUSES, type Cause, type Closed, type Seen } from "@tokenyard/resilience";
import { type Estimate, estimateOf } from "../statistics/estimate.ts";
import type { YearAccount as Account } from "../years/year-accounts.ts";

/** Result of a plan in a year, in the mean over many. */
export interface Outcome {
  /** Results by rates alone. */
  readonly formula: Closed;
  /** Shares of time: at least one data group of a replica serves, all of all do. */
  readonly serving: Estimate;
  readonly whole: Estimate;
  /** Share of the data groups that serve. */
  readonly capacity: Estimate;
  /** [pools] The same of each pool alone; undefined where replicas do both. */
  readonly pools?: readonly Estimate[];
  /** Share of time in which a replica serves with experts that no rank holds. */
  readonly degraded: Estimate;
  /** Times a year that a replica goes down, and seconds a year that replicas are. */
  readonly outages: Estimate;
  readonly downSeconds: Estimate;
  /** Longest outage of a year; null if no year has one. */
  readonly longestSeconds: Estimate;
  /** Longest outage of all years. */
  readonly longestOfAllSeconds: number;
  /** Requests a year; null where it is not known how many come. */
  readonly requests: { readonly failed: Estimate; readonly refused: Estimate; readonly delayed: Estimate } | null;
  readonly seen: readonly SeenCause[];
}

export interface SeenCause {
  readonly cause: Cause;
  readonly perYear: number;
  /** Share that a detector knew of before it was over; seconds until then. */
  readonly known: number;
  readonly seconds: number | null;
  /** Number of detected causes by detector. */
  readonly by: Record<string, number>;
}

/** Lost shares of a year, from its account; for their report, and for pairs of plans. */
export interface Losses {
  readonly capacity: readonly number[];
  readonly failed: readonly number[];
}

export function outcomeOf(accounts: readonly Account[], yearNs: number, formula: Closed, hasTraffic: boolean): Outcome {
  const estimate = (of: (account: Account) => number) => estimateOf(accounts.map(of), "positive")!;
  const lost = (of: (account: Account) => number) => estimateOf(accounts.map(of), "share")!;
  const share = (of: (account: Account) => number) => without(lost((account) => Math.max(0, 1 - of(account) / yearNs)));
  const pools = accounts[0]?.poolCapacityNs;
  return {
    formula,
    serving: share(({ servingNs }) => servingNs),
    whole: share(({ wholeNs }) => wholeNs),
    capacity: share(({ capacityNs }) => capacityNs),
    ...(pools === undefined ? {} : { pools: pools.map((_, at) => share(({ poolCapacityNs }) => poolCapacityNs![at]!)) }),
    degraded: lost(({ degradedNs }) => degradedNs / yearNs),
    outages: estimate(({ outages }) => outages),
    downSeconds: estimate(({ downNs }) => downNs * 1e-9),
    longestSeconds: estimate(({ longestNs }) => longestNs * 1e-9),
    longestOfAllSeconds: accounts.reduce((most, { longestNs }) => Math.max(most, longestNs * 1e-9), 0),
    requests: hasTraffic
      ? {
          failed: estimate(({ failed }) => failed),
          refused: estimate(({ refused }) => refused),
          delayed: estimate(({ delayed }) => delayed),
        }
      : null,
    seen: CAUSES.flatMap((cause) => seenOf(cause, accounts)),
  };
}

export function lossesOf(accounts: readonly Account[], yearNs: number): Losses {
  return {
    capacity: accounts.map(({ capacityNs }) => Math.max(0, 1 - capacityNs / yearNs)),
    failed: accounts.map(({ failed, refused }) => failed + refused),
  };
}

/** The rest of one. */
function without({ count, mean, standardDeviation, interval }: Estimate): Estimate {
  return { count, mean: 1 - mean, standardDeviation, interval: interval && { low: 1 - interval.high, high: 1 - interval.low } };
}

function seenOf(cause: Cause, accounts: readonly Account[]): SeenCause[] {
  const all = accounts.flatMap(({ seen }): Seen[] => (seen.has(cause) ? [seen.get(cause)!] : []));
  const sum = (of: (seen: Seen) => number) => all.reduce((total, seen) => total + of(seen), 0);
  const [struck, known] = [sum((seen) => seen.struck), sum((seen) => seen.known)];
  if (struck === 0) return [];
  const by: Record<string, number> = {};
  for (const seen of all) for (const [detector, count] of seen.by) by[detector] = (by[detector] ?? 0) + count;
  for (const detector of Object.keys(by)) by[detector]! /= known;
  const seconds = known === 0 ? null : sum((seen) => seen.seconds) / known;
  return [{ cause, perYear: struck / accounts.length, known: known / struck, seconds, by }];
}
