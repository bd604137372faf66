import { multivariateHypergeometric, type Stream } from "@tokenyard/random";
import type { Crowd } from "../capacity/overflow.ts";

/** Draws which copies of an expert leave it: each as likely as any other. Source: docs/models/capacity.md#capacity. */
export class LeavingCopies {
  /** [sources of the crowd] copies that leave */
  leaving = new Float64Array(0);
  #column = new Float64Array(0);
  #drawn = new Float64Array(0);

  /** Removes `count` of the `total` copies to `expert` from the crowd; `leaving` has their numbers by source. */
  take(crowd: Crowd, expert: number, total: number, count: number, stream: Stream): void {
    const { copies, experts, from, end } = crowd;
    const sources = end - from;
    if (this.#column.length !== sources) {
      this.leaving = new Float64Array(sources);
      this.#column = new Float64Array(sources);
      this.#drawn = new Float64Array(sources);
    }
    const column = this.#column;
    const drawn = this.#drawn;
    const { leaving } = this;
    for (let s = 0; s < sources; s++) column[s] = copies[(from + s) * experts + expert]!;
    const drawStaying = total - count < count; // the fewer are drawn
    multivariateHypergeometric(stream, column, drawStaying ? total - count : count, drawn);
    for (let s = 0; s < sources; s++) {
      leaving[s] = drawStaying ? column[s]! - drawn[s]! : drawn[s]!;
      copies[(from + s) * experts + expert] = column[s]! - leaving[s]!;
    }
  }
}
