import type { Fates } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";
import type { OwnRanks } from "./own-ranks.ts";

/** Drawn copies, some of which go to experts that cannot accept them. */
interface Drawn {
  /** [sources × experts] */
  readonly copies: Float64Array;
  /** [sources] */
  readonly tokens: ArrayLike<number>;
  /** [experts] */
  readonly routed: Float64Array;
  readonly slots: ExpertSlots | undefined;
  /** Copies that are left out, among those that are masked. */
  missed: number;
  readonly fates: Fates;
}

/** Resets the counts: no copy is left out or moved to another expert. */
export function keepAll(drawn: Pick<Drawn, "fates" | "missed"> & { elsewhere: number }): void {
  drawn.fates.rerouted = 0;
  drawn.fates.dropped = 0;
  drawn.fates.masked = 0;
  drawn.missed = 0;
  drawn.elsewhere = 0;
}

/** Leaves out the copies of each source to experts without a slot on its `own` ranks. */
export function leaveOutFar(drawn: Drawn, own: OwnRanks): void {
  const { copies, tokens, routed, slots } = drawn;
  const { offsets, expertIn } = slots!;
  const experts = routed.length;
  const isNear = new Uint8Array(experts);
  let missed = 0;
  for (let source = 0; source * experts < copies.length; source++) {
    isNear.fill(0);
    for (let slot = offsets[own.first[source]!]!; slot < offsets[own.end[source]!]!; slot++) {
      if (expertIn[slot]! >= 0) isNear[expertIn[slot]!] = 1;
    }
    for (let x = 0; x < experts; x++) {
      if (isNear[x] === 1) continue;
      if (tokens[source]! > 0) missed += copies[source * experts + x]!;
      copies[source * experts + x] = 0;
    }
  }
  drawn.missed += missed;
  drawn.fates.masked += missed;
}

/** Leaves out the copies to `missing` experts. */
export function leaveOut(drawn: Drawn, missing: Int32Array): void {
  const { copies, tokens, routed } = drawn;
  const experts = routed.length;
  for (let source = 0; source * experts < copies.length; source++) {
    for (let i = 0; i < missing.length; i++) {
      const at = source * experts + missing[i]!;
      if (tokens[source]! > 0) drawn.missed += copies[at]!;
      copies[at] = 0;
    }
  }
  drawn.fates.masked += drawn.missed;
}
