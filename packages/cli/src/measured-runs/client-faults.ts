import type { MeasuredRun } from "./run/measured-run.ts";

/** Seconds from when a request is due to when it is sent, of the 99th percentile: with longer ones it is another load. */
const LATE_SECONDS = 0.02;
/** Share of the run in which the client's thread computed: above it, tokens wait to be read. */
const BUSY_CLIENT = 0.9;

/** Faults of a client that was too slow, by its own records. */
export function clientFaults({ observed }: Pick<MeasuredRun, "observed">): string[] {
  const [late, busy] = [observed?.lateSeconds?.p99 ?? 0, observed?.clientBusy ?? 0];
  return [
    ...(late > LATE_SECONDS ? [`bound by its client: 1 of 100 requests was sent ${(late * 1e3).toFixed(0)} ms late or more`] : []),
    ...(busy > BUSY_CLIENT ? [`bound by its client: its thread computed for ${(busy * 100).toFixed(0)} % of the run`] : []),
  ];
}
