import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { chromeTrace, measured, type Recording, type Spans } from "@tokenyard/report";
import { formatQuantity } from "@tokenyard/scenario";
import { grouped } from "../terminal/amount.ts";
import { goalOf } from "./goal.ts";

/** Approximate bytes of a span with its arrows and waits. */
const SPAN_BYTES = 200;
/** Size beyond which viewers take minutes, or run out of memory. */
const HANDY_BYTES = 200e6;

/** The warning before a file of these spans is written, where it will be unhandy; undefined where it will not. */
export function sizeWarning(path: string, { startNs }: Spans): string | undefined {
  const bytes = startNs.length * SPAN_BYTES;
  if (bytes <= HANDY_BYTES) return undefined;
  const handyNs = inOrder(startNs, HANDY_BYTES / SPAN_BYTES);
  const to = formatQuantity(Number((handyNs / 1e9).toPrecision(2)), "s");
  const size = formatQuantity(Number(bytes.toPrecision(2)), "B");
  return `${path}: ${grouped(startNs.length)} spans, about ${size}, more than most viewers can show; fewer with --to '${to}', --from or --ranks`;
}

/** Warning that no span lies in the requested window: the file has none. */
export function emptyWarning(path: string, { spans, horizonNs }: Pick<Recording, "spans" | "horizonNs">): string | undefined {
  if (spans === undefined || spans.startNs.length > 0) return undefined;
  return `${path}: no spans, as no op ran in that time; the run ended at ${measured(horizonNs / 1e9, "s")}`;
}

/** Writes the spans of `recording` to `path` as a Chrome trace, piece by piece; the file appears when it is whole. */
export function writeSpans(path: string, recording: Recording): void {
  const goal = goalOf(path);
  const draft = `${goal}.${process.pid}.draft`;
  const file = openSync(draft, "w");
  try {
    for (const piece of chromeTrace(recording)) writeSync(file, piece);
    closeSync(file);
    renameSync(draft, goal);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** The number at place `at` of the whole numbers `values` in sorted order, without a sorted copy. */
function inOrder(values: Float64Array, at: number): number {
  let low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  let high = values.reduce((most, value) => Math.max(most, value), 0);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    let upTo = 0;
    for (let i = 0; i < values.length; i++) if (values[i]! <= middle) upTo++;
    if (upTo > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
