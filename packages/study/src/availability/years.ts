import { Streams } from "@tokenyard/random";
import {
  type Account,
  Course,
  closedFormula,
  drawFailures,
  type Failure,
  type Fleet,
  HOUR_NS,
  Reactions,
  type Traffic,
} from "@tokenyard/resilience";
import { type Losses, lossesOf, type Outcome, outcomeOf } from "./outcome.ts";
import type { Rates } from "./rates.ts";

export const YEAR_NS = 8760 * HOUR_NS;

/** Years of failures: the same for every plan that is asked what they do to it. */
export class Years {
  readonly rates: Rates;
  readonly count: number;
  readonly #fleet: Fleet;
  readonly #streams: Streams;
  readonly #drawn: Failure[][] = [];

  /** `fleet`: whose machines they strike; `count`: of years. */
  constructor(fleet: Fleet, rates: Rates, count: number) {
    this.rates = rates;
    this.count = count;
    this.#fleet = fleet;
    this.#streams = new Streams(fleet.scenario.seed, "availability/");
  }

  /** What strikes in year number `year`, in order of time; what strikes at once, in that of its causes. */
  failures(year: number): readonly Failure[] {
    const known = this.#drawn[year];
    if (known !== undefined) return known;
    const drawn = this.rates.rates.flatMap((rate) =>
      drawFailures(rate, this.#fleet.plan, YEAR_NS, this.#streams.fresh(`${rate.cause}/year/${year}`)),
    );
    this.#drawn[year] = drawn.sort((a, b) => a.atNs - b.atNs);
    return drawn;
  }
}

/** What `years` make of `fleet`, with a `pause` before each, which tells whether to go on; undefined when not. */
export async function afterYears(
  fleet: Fleet,
  years: Years,
  traffic: Traffic | undefined,
  pause: (year: number) => Promise<boolean>,
): Promise<{ readonly outcome: Outcome; readonly losses: Losses } | undefined> {
  const reactions = new Reactions(fleet);
  const accounts: Account[] = [];
  for (let year = 0; year < years.count; year++) {
    if (!(await pause(year))) return undefined;
    const course = new Course(fleet, reactions, traffic ?? { perSecond: 0, inFlight: 0 });
    course.run(years.failures(year), YEAR_NS);
    accounts.push(course.account);
  }
  const formula = closedFormula(fleet, reactions, years.rates.rates);
  return { outcome: outcomeOf(accounts, YEAR_NS, formula, traffic !== undefined), losses: lossesOf(accounts, YEAR_NS) };
}
