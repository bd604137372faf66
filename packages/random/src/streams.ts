import { AleaStream } from "./alea-stream.ts";
import type { Stream } from "./stream.ts";

/**
 * Streams by name, all from one seed. The numbers of a stream depend on the seed and its own name only: other streams never change them.
 */
export class Streams {
  readonly #seed: number;
  readonly #under: string;
  readonly #streams = new Map<string, Stream>();

  /** `under` comes before every name. */
  constructor(seed: number, under = "") {
    this.#seed = seed;
    this.#under = under;
  }

  /** Streams of their own, whose names all begin with `name`. */
  under(name: string): Streams {
    return new Streams(this.#seed, `${this.#under}${name}/`);
  }

  /** Stream of a name such as `workload/arrivals`; the same object for the same name. */
  stream(name: string): Stream {
    const stream = this.#streams.get(name) ?? this.fresh(name);
    this.#streams.set(name, stream);
    return stream;
  }

  /** A new stream of a name from its beginning, which is not kept: for callers who know that it is not drawn from again. */
  fresh(name: string): Stream {
    return new AleaStream(`${this.#seed}/${this.#under}${name}`);
  }
}
