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
  /** [experts] in which copies go round them */
  readonly #order: Int32Array;
  readonly #visits = new WeakMap<ExpertPlaces, EvenVisits>();

  /** `order` [experts]: order in which copies go round the experts; undefined: by number. */
  constructor(model: ModelSpec, order?: Int32Array) {
    const { count = 0, topK = 0 } = model.experts ?? {};
    this.#order = order ?? Int32Array.from({ length: count }, (_, e) => e);
    this.#experts = count;
    this.#topK = topK;
  }

  route(_layer: number, tokens: ArrayLike<number>, _stream: Stream, out: Float64Array, visits?: Visits): void {
    const experts = this.#experts;
    const order = this.#order;
    let next = 0; // the place that is dealt to next
    for (let source = 0; source < tokens.length; source++) {
      const copies = tokens[source]! * this.#topK;
      const rest = copies % experts;
      const each = (copies - rest) / experts;
      const row = source * experts;
      for (let at = row; at < row + experts; at++) out[at] = each;
      for (let i = 0; i < rest; i++) {
        out[row + order[next]!] = each + 1;
        next = next + 1 === experts ? 0 : next + 1;
      }
      if (visits !== undefined) this.#visitsTo(visits.places).fill(tokens[source]!, out, source, visits);
    }
  }

  #visitsTo(places: ExpertPlaces): EvenVisits {
    const known = this.#visits.get(places) ?? new EvenVisits(this.#topK, places);
    this.#visits.set(places, known);
    return known;
  }
}
