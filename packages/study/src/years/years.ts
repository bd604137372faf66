import { Streams } from "@tokenyard/random";
import { drawFailures, type Failure, type FailureRate, type Fleet, HOUR_NS } from "@tokenyard/resilience";
import type { Rates } from "./rates.ts";

export const YEAR_NS = 8760 * HOUR_NS;

/** Years of failures: the same for every plan. */
export class Years {
  readonly #rates: Rates;
  readonly #fleet: Fleet;
  readonly #streams: Streams;

  /** `fleet`: fleet whose machines the failures strike. */
  constructor(fleet: Fleet, rates: Rates) {
    this.#rates = rates;
    this.#fleet = fleet;
    this.#streams = new Streams(fleet.scenario.seed, fleet.pool === undefined ? "availability/" : `availability/${fleet.pool}/`);
  }

  /** Failures of year number `year`, in order of time; simultaneous ones in the order of causes. */
  failures(year: number): readonly Failure[] {
    const drawn = this.#rates.rates.flatMap((rate) =>
      drawFailures(rate, this.#fleet, YEAR_NS, this.#streams, `${nameOf(rate)}/year/${year}`),
    );
    return drawn.sort((a, b) => a.atNs - b.atNs);
  }
}

function nameOf({ cause, drawn }: FailureRate): string {
  return drawn === undefined ? cause : `faults/${drawn.entry}`;
}
