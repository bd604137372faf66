import { type Eviction, ExpertCache, mostHits } from "@tokenyard/model";

/** A cache of experts that keeps which were used, so that the most hits of any rule are known at the end. */
export class WatchedCache extends ExpertCache {
  readonly #room: number;
  readonly #first: readonly number[];
  readonly #changedAt: number[] = [];
  #uses = new Uint16Array(64);
  #count = 0;

  constructor(experts: number, room: number, eviction: Eviction | undefined, first: readonly number[]) {
    super(experts, room, eviction, first);
    this.#room = room;
    this.#first = first;
  }

  override use(expert: number): boolean {
    if (this.#count === this.#uses.length) {
      const longer = new Uint16Array(2 * this.#count);
      longer.set(this.#uses);
      this.#uses = longer;
    }
    this.#uses[this.#count++] = expert;
    return super.use(expert);
  }

  override lose(expert: number): void {
    this.#change();
    super.lose(expert);
  }

  override gain(expert: number): void {
    this.#change();
    super.gain(expert);
  }

  /** The most hits of any rule, of these uses. */
  mostHits(): number {
    const experts = this.#uses.subarray(0, this.#count);
    return mostHits({ room: this.#room, first: this.#first, experts, changedAt: this.#changedAt });
  }

  #change(): void {
    if (this.#changedAt.at(-1) !== this.#count) this.#changedAt.push(this.#count);
  }
}
