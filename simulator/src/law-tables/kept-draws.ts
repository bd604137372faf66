import type { ExpertPlaces } from "@tokenyard/model";

const MEBIBYTE = 1024 * 1024;
/** Bytes of a draw in memory beside its numbers. */
const OF_DRAW = 100;
/** Upper limits of the numbers of layers, and of draws of a layer, that make up a key. */
const LAYERS = 1 << 12;
const NUMBERS = 1 << 13;

/** Draws of all tokens of a layer, by their places, layer, tokens and number: of one model, gate and seed. What they do not keep is drawn again, and the same. */
export class KeptDraws {
  readonly #mostBytes: number;
  /** By the name of places: [experts + ranks + nodes] copies and tokens that come there. */
  readonly #drawn = new Map<string, Map<number, Int32Array>>();
  #bytes = 0;

  constructor(mostBytes = 64 * MEBIBYTE) {
    this.#mostBytes = mostBytes;
  }

  /** Result of `draw`, from the cache if there is one. */
  of(places: string, layer: number, tokens: number, number: number, draw: () => Int32Array): Int32Array {
    const ofPlaces = this.#drawn.get(places) ?? new Map<number, Int32Array>();
    const key = (tokens * LAYERS + layer) * NUMBERS + number;
    const known = ofPlaces.get(key);
    if (known !== undefined) return known;
    const drawn = draw();
    this.#bytes += OF_DRAW + drawn.byteLength;
    if (this.#bytes <= this.#mostBytes) this.#drawn.set(places, ofPlaces.set(key, drawn));
    return drawn;
  }
}

const names = new WeakMap<ExpertPlaces, string>();

/** One name for equal places. */
export function nameOfPlaces(places: ExpertPlaces | undefined): string {
  if (places === undefined) return "";
  const { rankOf, nodeOf, nodes, slots } = places;
  const name =
    names.get(places) ?? [rankOf, nodeOf, [nodes], slots?.firstOf ?? [], slots?.rankOfSlot ?? []].map((each) => each.join()).join("/");
  names.set(places, name);
  return name;
}
