import type { Stream } from "@tokenyard/random";
import type { ModelSpec } from "@tokenyard/scenario";
import { EvenVisits } from "../draws/even-visits.ts";
import type { TokenRouter } from "../draws/token-router.ts";
import type { ExpertPlaces, Visits } from "../draws/visits.ts";

/**
 * The even gate: a source's copies go round the experts, and the next source continues where it stopped.
 * Within a source, and over all of them, counts differ by at most 1. Nothing is drawn; every call starts at the first of them.
 */
export class BalancedGate implements TokenRouter {
  readonly kind = "balanced";
  readonly draws = false;
  readonly #experts: number;
  readonly #topK: number;
  /** [experts] the place of each in a round */
  readonly #placeOf: Int32Array;
  readonly #visits = new WeakMap<ExpertPlaces, EvenVisits>();

  /** `order` [experts]: in which copies go round them; undefined: by their numbers. */
  constructor(model: ModelSpec, order?: Int32Array) {
    const { count = 0, topK = 0 } = model.experts ?? {};
    this.#placeOf = new Int32Array(count);
    for (let i = 0; i < count; i++) this.#placeOf[order === undefined ? i : order[i]!] = i;
    this.#experts = count;
    this.#topK = topK;
  }

  route(_layer: number, tokens: ArrayLike<number>, _stream: Stream, out: Float64Array, visits?: Visits): void {
    const experts = this.#experts;
    const placeOf = this.#placeOf;
    let next = 0; // the place that is dealt to next
    for (let source = 0; source < tokens.length; source++) {
      const copies = tokens[source]! * this.#topK;
      const rest = copies % experts;
      const each = (copies - rest) / experts;
      for (let e = 0; e < experts; e++) {
        const place = placeOf[e]!;
        const turn = place >= next ? place - next : place - next + experts; // of the expert, from there on
        out[source * experts + e] = turn < rest ? each + 1 : each;
      }
      next = (next + rest) % experts;
      if (visits !== undefined) this.#visitsTo(visits.places).fill(tokens[source]!, out, source, visits);
    }
  }

  #visitsTo(places: ExpertPlaces): EvenVisits {
    const known = this.#visits.get(places) ?? new EvenVisits(this.#topK, places);
    this.#visits.set(places, known);
    return known;
  }
}
