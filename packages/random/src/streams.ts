import alea from "seedrandom/lib/alea.js";

/** A source of uniform numbers in [0, 1): multiples of 2⁻⁵³, each as likely. */
export interface Stream {
  next(): number;
}

/**
 * One stream for each name, all from one seed. What a stream gives depends on the seed and its own name only:
 * other streams, asked for or drawn from, never change it.
 */
export class Streams {
  readonly #seed: number;
  readonly #streams = new Map<string, Stream>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The same object for the same name, such as `workload/arrivals`. */
  stream(name: string): Stream {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = { next: alea(`${this.#seed}/${name}`).double };
      this.#streams.set(name, stream);
    }
    return stream;
  }
}
