import { type Account, FailureTimeline } from "@tokenyard/resilience";
import type { Scenario } from "@tokenyard/scenario";
import type { YearsAsked } from "../points/point.ts";
import { caseIn, casesOf } from "./cases.ts";
import { ratesOf } from "./rates.ts";
import { YEAR_NS, Years } from "./years.ts";

type Totals = Pick<
  Account,
  "servingNs" | "wholeNs" | "degradedNs" | "capacityNs" | "outages" | "downNs" | "longestNs" | "failed" | "refused" | "delayed"
>;
/** Report of a year. */
export type YearAccount = Totals & Pick<Account, "seen">;

/** A year as plain data, which crosses threads and machines. */
interface PlainAccount extends Totals {
  readonly seen: readonly PlainSeen[];
}
type Entry<Of> = Of extends ReadonlyMap<infer Key, infer Value> ? readonly [Key, Value] : never;
type SeenEntry = Entry<Account["seen"]>;
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
  const { fleet, all } = casesOf(scenario, variants);
  const years = new Years(fleet, ratesOf(scenario, fleet));
  const accounts: PlainAccount[][] = all.map(() => []);
  for (let year = from; year < from + count; year++) {
    const failures = years.failures(year);
    for (const [i, each] of all.entries()) {
      const { fleet: struck, reactions } = caseIn(each, `year/${year}`);
      const course = new FailureTimeline(struck, reactions, traffic ?? { perSecond: 0, inFlight: 0 });
      course.run(failures, YEAR_NS);
      accounts[i]!.push(plain(course.account));
    }
  }
  return { accounts };
}

function plain(account: Account): PlainAccount {
  const { servingNs, wholeNs, degradedNs, capacityNs, outages, downNs, longestNs, failed, refused, delayed, seen } = account;
  const entries = [...seen].map(([cause, { by, ...rest }]) => ({ cause, ...rest, by: [...by] }));
  return { servingNs, wholeNs, degradedNs, capacityNs, outages, downNs, longestNs, failed, refused, delayed, seen: entries };
}

/** The requested account. */
export function accountIn({ seen, ...totals }: PlainAccount): YearAccount {
  return { ...totals, seen: new Map(seen.map(({ cause, by, ...rest }) => [cause, { ...rest, by: new Map(by) }])) };
}
