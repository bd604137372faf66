import type { ExpertCache } from "@tokenyard/model";
import type { ExpertSlots } from "@tokenyard/placement";

/**
 * Guesses of the experts that a micro-batch, or a half, needs on its visit to a stage: layer by layer, in the order in which they are
 * loaded. Source: docs/models/routing.md#guessed-experts.
 */
export class Guesses {
  /**
   * [experts' ranks] number of experts loaded ahead for the current layer; from each rank's first slot on, the slot of each, or −1: it is
   * not needed
   */
  guessed = new Int32Array(0);
  slots = new Int32Array(0);
  /** [slots] needed experts that were neither cached nor guessed, and their number. */
  missed = new Int32Array(0);
  misses = new Int32Array(0);
  readonly #depth: number;
  /** [depth × experts' ranks] when the kernels of the last layers' experts began */
  #begunNs = new Float64Array(0);
  #ranks = 0;
  #stage = -1;
  #layer = -1;
  #admittedNs = -1;
  /** Layers with experts on this visit before the current one. */
  #before = -1;
  /** Wrongly guessed experts of the current layer. */
  #wrong = new Uint8Array(0);

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** The next layer, on a visit that was let into stage number `stage` at `admittedNs`. */
  enter(layer: number, stage: number, admittedNs: number, { offsets, expertIn }: ExpertSlots): void {
    const goesOn = stage === this.#stage && admittedNs === this.#admittedNs && layer > this.#layer;
    this.#before = goesOn ? this.#before + 1 : 0;
    this.#layer = layer;
    this.#stage = stage;
    this.#admittedNs = admittedNs;
    this.#ranks = offsets.length - 1;
    if (this.guessed.length !== this.#ranks) {
      this.guessed = new Int32Array(this.#ranks);
      this.missed = new Int32Array(this.#ranks);
      this.#begunNs = new Float64Array(this.#depth * this.#ranks);
    }
    if (this.slots.length !== expertIn.length) {
      this.slots = new Int32Array(expertIn.length);
      this.misses = new Int32Array(expertIn.length);
      this.#wrong = new Uint8Array(expertIn.length);
    }
    this.guessed.fill(0);
    this.missed.fill(0);
    this.#wrong.fill(0);
  }

  /** Whether the current layer was guessed: it is deep enough in the visit. */
  get isAny(): boolean {
    return this.#depth > 0 && this.#before >= this.#depth;
  }

  /** The expert in `slot` of rank `e` has to come; whether it was guessed. */
  addMiss(e: number, slot: number, isGuessed: boolean, { offsets }: ExpertSlots): void {
    if (isGuessed) this.slots[offsets[e]! + this.guessed[e]!++] = slot;
    else this.misses[offsets[e]! + this.missed[e]!++] = slot;
  }

  /** Another one was guessed in its place: of the slots of rank `e` without `rows` the one that `chance` names. It comes where `cache` has not got it. */
  addWrong(e: number, chance: number, rows: Float64Array, cache: ExpertCache, { offsets, expertIn }: ExpertSlots): void {
    const isOpen = (slot: number) => rows[slot] === 0 && expertIn[slot]! >= 0 && this.#wrong[slot] === 0;
    let open = 0;
    for (let slot = offsets[e]!; slot < offsets[e + 1]!; slot++) open += isOpen(slot) ? 1 : 0;
    let left = Math.floor(chance * open);
    if (open === 0) return;
    let slot = offsets[e]!;
    for (; !isOpen(slot) || left > 0; slot++) left -= isOpen(slot) ? 1 : 0;
    this.#wrong[slot] = 1;
    if (!cache.has(expertIn[slot]!)) this.slots[offsets[e]! + this.guessed[e]!++] = -1;
  }

  /** Time from which rank `e` could load the guesses for the current layer. */
  sinceNs(e: number): number {
    return this.#begunNs[(this.#before % this.#depth) * this.#ranks + e]!;
  }

  /** Begins its kernels for the current layer; to be called after `sinceNs`. */
  begin(e: number, atNs: number): void {
    if (this.#depth > 0) this.#begunNs[(this.#before % this.#depth) * this.#ranks + e] = atNs;
  }
}
