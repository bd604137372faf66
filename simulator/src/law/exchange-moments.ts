import { LawMoments } from "./law-moments.ts";

/** Draws at least, and at most. */
export const LEAST_OF_EXCHANGE = 8;
const MOST = 4096;

/**
 * Mean times of exchanges of layers that are drawn in turn, until the mean is known to `mostNs`. If layers hardly differ a few stand for
 * all; else all are drawn equally often, at least twice, and their differences are no error.
 */
export class ExchangeMoments {
  readonly #mostNs: number;
  readonly #layers: number;
  readonly #few = new LawMoments(1, 1);
  readonly #all: LawMoments;

  constructor(layers: number, mostNs: number) {
    this.#layers = layers;
    this.#mostNs = mostNs;
    this.#all = new LawMoments(layers, 1);
  }

  get count(): number {
    return this.#all.count;
  }

  /** How often the layer at `at` was drawn. */
  drawsOf(at: number): number {
    return this.#all.drawsOf(at);
  }

  add(at: number, ns: number): void {
    this.#few.add(0, ns);
    this.#all.add(at, ns);
  }

  get isKnown(): boolean {
    const { count } = this;
    if (count < LEAST_OF_EXCHANGE) return false;
    if (count >= MOST || this.#few.error <= this.#mostNs) return true;
    const isRound = count % this.#layers === 0 && count >= 2 * this.#layers;
    return isRound && this.#all.error / this.#layers <= this.#mostNs;
  }
}
