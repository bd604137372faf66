import type { DealtBatch, DealtMicroBatch } from "./dealt-batch.ts";
import type { OverlapFloor } from "./overlap-floor.ts";
import { type PassFloor, sumOf } from "./pass-floor.ts";
import type { MicroBatchFloor } from "./pipeline-floor.ts";

/** With what each span of decode passes takes, one after another. */
export interface TimedMicroBatch extends MicroBatchFloor {
  readonly spans: readonly PassFloor[];
  /** Seconds that a dropped copy of its prefill spares at most; 0 where none is dropped. */
  readonly copySeconds: number;
}

/** A dealt batch with what its passes take at least. */
export interface TimedBatch {
  readonly floor: OverlapFloor;
  /** [replicas][micro-batches]; those that are alike are one object, and so are their floors. */
  readonly microBatches: readonly (readonly DealtMicroBatch[])[];
  readonly floors: readonly (readonly TimedMicroBatch[])[];
  /** The most of any of them. */
  readonly copySeconds: number;
}

/** What the micro-batches of `batch` take at least on ranks of so many degrees. */
export function timedBatch(batch: DealtBatch, floor: OverlapFloor): TimedBatch {
  const microBatches = batch.microBatches();
  const known = new Map<DealtMicroBatch, TimedMicroBatch>();
  const once = (own: DealtMicroBatch) => {
    const made = known.get(own) ?? timedMicroBatch(own, floor);
    known.set(own, made);
    return made;
  };
  const floors = microBatches.map((own) => own.map(once));
  let copySeconds = 0;
  for (const own of known.values()) copySeconds = Math.max(copySeconds, own.copySeconds);
  return { floor, microBatches, floors, copySeconds };
}

function timedMicroBatch({ prefill, decode }: DealtMicroBatch, floor: OverlapFloor): TimedMicroBatch {
  const spans = decode.map((columns) => floor.of(columns));
  const decodePasses = decode.reduce((sum, { passes }) => sum + passes, 0);
  return { prefill: floor.of(prefill), decode: sumOf(spans), decodePasses, spans, copySeconds: floor.copySeconds(prefill) };
}
