import type { Cause } from "./failure.ts";

export const YEAR_HOURS = 8760;
/** Far from the start, where all detectors have begun. */
export const FROM_NS = 1e15;

/** Mean cost of failures of a kind for a replica. */
export interface Cost {
  readonly cause: Cause;
  readonly perYear: number;
  readonly detect: number | null;
  readonly outage: number | null;
  /** Seconds of the outage in which the replica waits for lost GPUs, because more are in repair than spares stand by. */
  readonly waits: number;
  /** Seconds after the outage in which its replica runs with less, and that times the share of missing data groups; null: for ever. */
  readonly lacking: number | null;
  readonly shrunk: number | null;
}
