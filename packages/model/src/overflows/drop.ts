import type { Stream } from "@tokenyard/random";
import { type Crowd, copiesTo, type Fates, type Overflow } from "../capacity/overflow.ts";
import { LeavingCopies } from "./leaving-copies.ts";

/** Copies over the capacity go on by the residual only: any of an expert's copies is as likely to be dropped as any other. */
export class DropOverflow implements Overflow {
  readonly kind = "drop";
  readonly limits = true;
  readonly reroutes = false;
  readonly masks = false;
  readonly #lots = new LeavingCopies();

  cut(crowd: Crowd, capacity: number, stream: Stream, fates: Fates): void {
    for (let e = 0; e < crowd.experts; e++) {
      const total = crowd.totals === undefined ? copiesTo(e, crowd) : crowd.totals[e]!;
      if (total <= capacity) continue;
      this.#lots.take(crowd, e, total, total - capacity, stream);
      fates.dropped += total - capacity;
    }
  }
}
