import { multivariateHypergeometric, type Stream } from "@tokenyard/random";
import type { Overflow } from "../overflow.ts";

/** Copies over the capacity go on by the residual only: any of an expert's copies is as likely to be dropped as any other. */
export class DropOverflow implements Overflow {
  readonly kind = "drop";
  readonly limits = true;
  #column = new Float64Array(0); // [sources] copies to the expert at hand
  #drawn = new Float64Array(0); // [sources]

  cut(copies: Float64Array, sources: number, experts: number, capacity: number, stream: Stream): number {
    if (this.#column.length !== sources) {
      this.#column = new Float64Array(sources);
      this.#drawn = new Float64Array(sources);
    }
    const column = this.#column;
    const drawn = this.#drawn;
    let dropped = 0;
    for (let e = 0; e < experts; e++) {
      let total = 0;
      for (let s = 0; s < sources; s++) total += copies[s * experts + e]!;
      if (total <= capacity) continue;
      for (let s = 0; s < sources; s++) column[s] = copies[s * experts + e]!;
      const excess = total - capacity;
      const drawKept = capacity < excess; // the fewer are drawn
      multivariateHypergeometric(stream, column, drawKept ? capacity : excess, drawn);
      for (let s = 0; s < sources; s++) copies[s * experts + e] = drawKept ? drawn[s]! : column[s]! - drawn[s]!;
      dropped += excess;
    }
    return dropped;
  }
}
