import { VisitMasks } from "./visit-masks.ts";
import type { ExpertPlaces } from "./visits.ts";

/** [experts] bit of each expert's rank, and the counter that uses them. */
interface BitsOfPlaces {
  readonly bits: Int32Array;
  readonly masks: VisitMasks;
}

/** The bits of ranks by the places of experts: those that move leave places behind. */
export class RankBits {
  readonly #known = new WeakMap<ExpertPlaces, BitsOfPlaces>();

  of(places: ExpertPlaces): BitsOfPlaces {
    const known = this.#known.get(places);
    if (known !== undefined) return known;
    const made = { bits: places.rankOf.map((rank) => 1 << rank), masks: new VisitMasks(places.nodeOf.length) };
    this.#known.set(places, made);
    return made;
  }
}
