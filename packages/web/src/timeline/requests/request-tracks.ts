import type { RequestSpans } from "@tokenyard/report";
import { type Bars, type Row, type RowColumns, rowAt, rowColumns } from "../lane-index.ts";

/** States of requests, a row for each request. */
export interface RequestTracks extends Bars {
  /** [rows] the number of each request, rising */
  readonly numbers: Int32Array;
  /** [bars] of its pool; −1 before it is served */
  readonly replica: Int32Array;
  readonly index: RowColumns;
}

/** Requests are shown up to this many; of more, those that came first. */
const MOST_REQUESTS = 20_000;

/** The tracks of the requests of a run; undefined where it has none. */
export function requestTracks({ request, state, replica, startNs, endNs }: RequestSpans): RequestTracks | undefined {
  const numbers = Int32Array.from(new Set(request)).sort().slice(0, MOST_REQUESTS);
  if (numbers.length === 0) return undefined;
  const rowOf = new Map([...numbers].map((number, row) => [number, row]));
  const index = rowColumns((at) => rowOf.get(request[at]!) ?? -1, numbers.length, { startNs, endNs });
  return { numbers, replica, kind: state, startNs, endNs, workNs: endNs, index };
}

/** A row for each request, in the order of their numbers. */
export function requestRows({ numbers, index }: RequestTracks): (Row & { readonly request: number })[] {
  return Array.from(numbers, (request, row) => ({ request, ...rowAt(index, row) }));
}
