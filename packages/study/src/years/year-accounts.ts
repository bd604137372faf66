import { FailureTimeline, type PlanAccount, planAccount } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import type { YearsAsked } from "../points/point.ts";
import { casesOf, poolsIn } from "./cases.ts";
import { ratesOf } from "./rates.ts";
import { YEAR_NS, Years } from "./years.ts";

interface Totals extends Omit<PlanAccount, "seen"> {
  /** [pools] Capacity of each, in the order of the plan's pools; undefined where replicas do both. */
  readonly poolCapacityNs?: readonly number[];
}
/** Report of a year. */
export type YearAccount = Totals & Pick<PlanAccount, "seen">;

/** A year as plain data, which crosses threads and machines. */
interface PlainAccount extends Totals {
  readonly seen: readonly PlainSeen[];
}
type Entry<Of> = Of extends ReadonlyMap<infer Key, infer Value> ? readonly [Key, Value] : never;
type SeenEntry = Entry<PlanAccount["seen"]>;
interface PlainSeen extends Omit<SeenEntry[1], "by"> {
  readonly cause: SeenEntry[0];
  readonly by: readonly Entry<SeenEntry[1]["by"]>[];
}

/** Report of a point of years: [cases][years] */
export interface YearAccounts {
  readonly accounts: readonly (readonly PlainAccount[])[];
}

/**
 * Effects of the requested years on `scenario` and, with `variants`, on alternatives. The same in any thread, and for any part of the
 * years.
 */
export function yearAccounts(scenario: Scenario, { from, count, variants, traffic }: YearsAsked): YearAccounts {
  const { fleets, all } = casesOf(scenario, variants);
  const years = fleets.map((fleet) => new Years(fleet, ratesOf(scenario, fleet)));
  const perSecond = traffic?.perSecond ?? 0;
  const accounts: PlainAccount[][] = all.map(() => []);
  for (let year = from; year < from + count; year++) {
    const failures = years.map((each) => each.failures(year));
    for (const [i, each] of all.entries()) {
      const pools = poolsIn(each, `year/${year}`).map(({ fleet, reactions }, at) => {
        const course = new FailureTimeline(fleet, reactions, { perSecond, inFlight: traffic?.inFlightOf?.[at] ?? traffic?.inFlight ?? 0 });
        course.run(failures[at]!, YEAR_NS);
        return course.account;
      });
      const capacities = pools.length === 1 ? {} : { poolCapacityNs: pools.map(({ capacityNs }) => capacityNs) };
      accounts[i]!.push(plain({ ...totalsOf(planAccount(pools, perSecond)), ...capacities }));
    }
  }
  return { accounts };
}

function totalsOf({ servingNs, wholeNs, degradedNs, capacityNs, outages, downNs, longestNs, failed, refused, delayed, seen }: PlanAccount) {
  return { servingNs, wholeNs, degradedNs, capacityNs, outages, downNs, longestNs, failed, refused, delayed, seen };
}

function plain({ seen, ...totals }: YearAccount): PlainAccount {
  return { ...totals, seen: [...seen].map(([cause, { by, ...rest }]) => ({ cause, ...rest, by: [...by] })) };
}

/** The requested account. */
export function accountIn({ seen, ...totals }: PlainAccount): YearAccount {
  return { ...totals, seen: new Map(seen.map(({ cause, by, ...rest }) => [cause, { ...rest, by: new Map(by) }])) };
}
