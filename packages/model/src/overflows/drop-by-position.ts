import type { Stream } from "@tokenyard/random";
import { type Crowd, copiesTo, type Fates, type Overflow } from "../capacity/overflow.ts";

/** Copies over the capacity go on by the residual only: an expert accepts those of the first sources, and drops the rest. Draws nothing. */
export class DropByPosition implements Overflow {
  readonly kind = "drop";
  readonly limits = true;
  readonly reroutes = false;
  readonly masks = false;

  cut(crowd: Crowd, capacity: number, _stream: Stream, fates: Fates): void {
    const { copies, experts, from, end } = crowd;
    for (let e = 0; e < experts; e++) {
      let excess = copiesTo(e, crowd) - capacity;
      for (let s = end - 1; s >= from && excess > 0; s--) {
        const at = s * experts + e;
        const dropped = Math.min(excess, copies[at]!);
        copies[at] = copies[at]! - dropped;
        fates.dropped += dropped;
        excess -= dropped;
      }
    }
  }
}
