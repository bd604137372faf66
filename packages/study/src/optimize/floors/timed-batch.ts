import type { DealtMicroBatches } from "../batches/dealt-micro-batches.ts";
import type { OverlapFloor } from "./overlap-floor.ts";
import { addFloor, PASS_FLOOR } from "./pass-floor.ts";
import type { FlooredBatch } from "./pipeline-floor.ts";
import type { ShardFloor } from "./shard-floor.ts";

/** A dealt batch with lower bounds of its passes. */
export interface TimedBatch extends FlooredBatch {
  readonly floor: OverlapFloor;
  readonly microBatches: DealtMicroBatches;
  /** [spans × PASS_FLOOR] */
  readonly spans: Float64Array;
  /** Seconds that a dropped copy of a prefill spares at most; 0 where none is dropped. */
  readonly copySeconds: number;
}

/** Lower bounds on the times of the micro-batches of `batch`, in one piece, on ranks of these degrees. */
export function timedBatch(batch: DealtMicroBatches, shard: ShardFloor, floor: OverlapFloor): TimedBatch {
  const prefills = floorsOf(rowsOf(batch), (row, out) => shard.fill(batch.prefills, row, out, row));
  const spans = floorsOf(spansOf(batch), (span, out) => shard.fill(batch.spans, span, out, span));
  return timed(batch, floor, prefills, spans);
}

/** Lower bounds where passes may run in halves, for a batch that is timed in one piece; stops there if `isOutline`. */
export function halvedBatch({ microBatches: batch, prefills, spans }: TimedBatch, floor: OverlapFloor, isOutline: boolean): TimedBatch {
  const { prefills: whole } = batch;
  const halvedPrefills = floorsOf(rowsOf(batch), (row, out) =>
    isOutline ? floor.outline(batch, whole, row, prefills, out) : floor.fill(batch, whole, row, prefills, out),
  );
  const halvedSpans = floorsOf(spansOf(batch), (span, out) => floor.outline(batch, batch.spans, span, spans, out));
  return timed(batch, floor, halvedPrefills, halvedSpans);
}

function timed(batch: DealtMicroBatches, floor: OverlapFloor, prefills: Float64Array, spans: Float64Array): TimedBatch {
  let room = Number.POSITIVE_INFINITY;
  for (let row = 0; row < rowsOf(batch); row++) room = Math.min(room, floor.leastFull(batch.prefills, row));
  return { floor, microBatches: batch, prefills, spans, decodes: decodesOf(batch, spans), copySeconds: floor.copySeconds(room) };
}

/** The spans of each row, added up. */
function decodesOf({ spanStarts }: DealtMicroBatches, spans: Float64Array): Float64Array {
  const rows = spanStarts.length - 1;
  if (spanStarts.every((start, row) => start === row)) return spans; // one each
  const decodes = new Float64Array(rows * PASS_FLOOR);
  for (let row = 0; row < rows; row++) {
    for (let span = spanStarts[row]!; span < spanStarts[row + 1]!; span++) addFloor(spans, span, decodes, row);
  }
  return decodes;
}

function floorsOf(rows: number, fill: (row: number, out: Float64Array) => void): Float64Array {
  const floors = new Float64Array(rows * PASS_FLOOR);
  for (let row = 0; row < rows; row++) fill(row, floors);
  return floors;
}

function rowsOf({ decodePasses }: DealtMicroBatches): number {
  return decodePasses.length;
}

function spansOf({ spanStarts }: DealtMicroBatches): number {
  return spanStarts.at(-1)!;
}
