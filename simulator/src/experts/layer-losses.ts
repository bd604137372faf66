import { type ExpertSlots, heldIn } from "@tokenyard/placement";

/**
 * What a layer has lost, whole experts' ranks and single slots, and which experts these held at that time. A slot is a place in the memory
 * of a rank: it keeps the number that it has at the start, whichever experts move into it, and however many slots before it are lost.
 */
export class LayerLosses {
  readonly #offsets: Int32Array; // at the start
  /** Experts that lost ranks held in their other slots. */
  #ranks = new Map<number, readonly number[]>();
  /** Experts that were in lost slots. */
  #slots = new Map<number, number>();

  constructor({ offsets }: ExpertSlots) {
    this.#offsets = offsets;
  }

  /** Whether exactly `ranks` and `slots` are lost. */
  are(ranks: ReadonlySet<number>, slots: ReadonlySet<number>): boolean {
    return areKeys(this.#ranks, ranks) && areKeys(this.#slots, slots);
  }

  /**
   * From now on exactly `ranks` and `slots` are lost, of a layer whose experts are placed by `placed`. Returns what each rank holds then
   * [experts' ranks][slots that are left]: what is back holds what it held when it was lost.
   */
  change(placed: ExpertSlots, ranks: ReadonlySet<number>, slots: ReadonlySet<number>): (readonly number[])[] {
    const held: number[][] = heldIn(placed);
    for (const [e, own] of this.#ranks) held[e] = [...own];
    for (const slot of rising(this.#slots.keys())) held[this.#rankOf(slot)]!.splice(this.#placeOf(slot), 0, this.#slots.get(slot)!);
    this.#slots = new Map();
    for (const slot of rising(slots).reverse()) {
      const own = held[this.#rankOf(slot)]!;
      const [expert = -1] = own.splice(Math.min(this.#placeOf(slot), own.length - 1), 1);
      this.#slots.set(slot, expert);
    }
    this.#ranks = new Map([...ranks].map((e) => [e, held[e]!]));
    for (const e of ranks) held[e] = [];
    return held;
  }

  /** Present number of `slot` among those of `placed`, which lacks what is lost; −1 if it is lost. */
  present(slot: number, { offsets }: ExpertSlots): number {
    const e = this.#rankOf(slot);
    const left = offsets[e + 1]! - offsets[e]!;
    if (this.#slots.has(slot) || left === 0) return -1;
    const before = [...this.#slots.keys()].filter((lost) => lost < slot && this.#rankOf(lost) === e).length;
    return offsets[e]! + Math.min(this.#placeOf(slot) - before, left - 1);
  }

  #rankOf(slot: number): number {
    return this.#offsets.findLastIndex((first) => first <= slot);
  }

  #placeOf(slot: number): number {
    return slot - this.#offsets[this.#rankOf(slot)]!;
  }
}

function rising(slots: Iterable<number>): number[] {
  return [...slots].sort((a, b) => a - b);
}

function areKeys(known: ReadonlyMap<number, unknown>, wanted: ReadonlySet<number>): boolean {
  return known.size === wanted.size && [...wanted].every((key) => known.has(key));
}
