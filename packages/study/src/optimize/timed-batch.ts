import type { DealtBatch, DealtMicroBatch } from "./dealt-batch.ts";
import type { OverlapFloor } from "./overlap-floor.ts";
import type { PassColumns } from "./pass-columns.ts";
import { type PassFloor, sumOf } from "./pass-floor.ts";
import type { MicroBatchFloor } from "./pipeline-floor.ts";
import type { ShardFloor } from "./shard-floor.ts";

/** With what each span of decode passes takes, one after another. */
export interface TimedMicroBatch extends MicroBatchFloor {
  readonly spans: readonly PassFloor[];
}

/** A dealt batch with what its passes take at least. */
export interface TimedBatch {
  readonly floor: OverlapFloor;
  /** [replicas][micro-batches]; those that are alike are one object, and so are their floors. */
  readonly microBatches: readonly (readonly DealtMicroBatch[])[];
  readonly floors: readonly (readonly TimedMicroBatch[])[];
  /** Seconds that a dropped copy of a prefill spares at most; 0 where none is dropped. */
  readonly copySeconds: number;
}

/** What the micro-batches of `batch` take at least on ranks of so many degrees, in one piece. */
export function timedBatch(batch: DealtBatch, shard: ShardFloor, floor: OverlapFloor): TimedBatch {
  const floors = (own: DealtMicroBatch) => timedMicroBatch(own, (columns) => shard.of(columns));
  return timed(batch.microBatches(), floor, floors);
}

/** The same where passes may run in halves, of a batch that is timed in one piece; no more than that where `isOutline`. */
export function halvedBatch({ microBatches, floors }: TimedBatch, floor: OverlapFloor, isOutline: boolean): TimedBatch {
  return timed(microBatches, floor, (own, r, m) => {
    const { prefill, spans } = floors[r]![m]!;
    const halved = (columns: PassColumns) => {
      const whole = columns.phase === "prefill" ? prefill : spans[own.decode.indexOf(columns)]!;
      return isOutline ? floor.outline(columns, whole) : floor.of(columns, whole);
    };
    return timedMicroBatch(own, halved);
  });
}

/** `floors` are asked once of micro-batches that are alike. */
function timed(
  microBatches: TimedBatch["microBatches"],
  floor: OverlapFloor,
  floors: (own: DealtMicroBatch, replica: number, number: number) => TimedMicroBatch,
): TimedBatch {
  const known = new Map<DealtMicroBatch, TimedMicroBatch>();
  let room = Number.POSITIVE_INFINITY;
  const all = microBatches.map((replica, r) =>
    replica.map((own, m) => {
      let made = known.get(own);
      if (made === undefined) {
        made = floors(own, r, m);
        known.set(own, made);
        room = Math.min(room, floor.leastFull(own.prefill));
      }
      return made;
    }),
  );
  return { floor, microBatches, floors: all, copySeconds: floor.copySeconds(room) };
}

function timedMicroBatch({ prefill, decode }: DealtMicroBatch, floorOf: (columns: PassColumns) => PassFloor): TimedMicroBatch {
  const spans = decode.map(floorOf);
  let decodePasses = 0;
  for (const { passes } of decode) decodePasses += passes;
  return { prefill: floorOf(prefill), decode: sumOf(spans), decodePasses, spans };
}
