import type { TokenRouter, Visits } from "@tokenyard/model";
import type { Stream, Streams } from "@tokenyard/random";
import { type KeptDraws, nameOfPlaces } from "../../law-tables/kept-draws.ts";

/**
 * Draws the experts of one source as another router does, each time from a stream by layer, tokens and number: any plan, stage or phase
 * gets the same result, mostly without a draw.
 */
export class NumberedRouter implements TokenRouter {
  readonly kind: string;
  readonly draws = true;
  /** Number of the next draw. */
  number = 0;
  readonly shares?: (layer: number) => Float64Array | undefined;
  readonly #exact: TokenRouter;
  readonly #kept: KeptDraws;
  readonly #streams: Streams;

  /** `kept`: draws of `exact`, from `streams`. */
  constructor(exact: TokenRouter, kept: KeptDraws, streams: Streams) {
    this.kind = exact.kind;
    this.#exact = exact;
    this.#kept = kept;
    this.#streams = streams;
    if (exact.shares !== undefined) this.shares = (layer) => exact.shares!(layer);
  }

  route(layer: number, ofSources: ArrayLike<number>, _: Stream, out: Float64Array, visits?: Visits): void {
    const tokens = ofSources[0]!;
    const drawn = this.#kept.of(nameOfPlaces(visits?.places), layer, tokens, this.number, () => {
      this.#exact.route(layer, ofSources, this.#streams.fresh(`${layer}/${tokens}/${this.number}`), out, visits);
      return wholeOf(out, visits);
    });
    let at = 0;
    for (let e = 0; e < out.length; e++) out[e] = drawn[at++]!;
    if (visits === undefined) return;
    const { toRanks, toNodes } = visits;
    for (let rank = 0; rank < toRanks.length; rank++) toRanks[rank] = drawn[at++]!;
    for (let node = 0; node < toNodes.length; node++) toNodes[node] = drawn[at++]!;
    visits.ranks.look(0, toRanks);
  }
}

/** [experts + ranks + nodes] */
function wholeOf(copies: Float64Array, visits: Visits | undefined): Int32Array {
  if (visits === undefined) return new Int32Array(copies);
  const { toRanks, toNodes } = visits;
  const whole = new Int32Array(copies.length + toRanks.length + toNodes.length);
  whole.set(copies);
  whole.set(toRanks, copies.length);
  whole.set(toNodes, copies.length + toRanks.length);
  return whole;
}
