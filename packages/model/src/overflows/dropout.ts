import { binomial, type Stream } from "@tokenyard/random";
import { type Crowd, copiesTo, type Fates, type Overflow } from "../capacity/overflow.ts";
import { LeavingCopies } from "./leaving-copies.ts";

/**
 * Overloaded experts are skipped by lot: each copy to an expert with n copies and room for C with the chance min(1, slope · (1 − C/n)), which
 * grows with the overload. What is still over the capacity is dropped. Source: docs/models/capacity.md#overflow.
 */
export class DropoutOverflow implements Overflow {
  readonly kind = "dropout";
  readonly limits = true;
  readonly reroutes = false;
  readonly masks = true;
  readonly #slope: number;
  readonly #lots = new LeavingCopies();

  constructor(slope: number) {
    this.#slope = slope;
  }

  cut(crowd: Crowd, capacity: number, stream: Stream, fates: Fates): void {
    for (let e = 0; e < crowd.experts; e++) {
      const total = copiesTo(e, crowd);
      if (total <= capacity) continue;
      const masked = binomial(stream, total, Math.min(1, this.#slope * (1 - capacity / total)));
      const gone = Math.max(masked, total - capacity);
      this.#lots.take(crowd, e, total, gone, stream);
      fates.masked += masked;
      if (fates.maskedOf !== undefined) fates.maskedOf[e]! += masked;
      fates.dropped += gone - masked;
    }
  }
}
