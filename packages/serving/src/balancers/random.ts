import { type Stream, uniformInteger } from "@tokenyard/random";
import type { Balancer } from "../balancer.ts";

/** Any place alike. */
export class Random implements Balancer {
  readonly kind = "random";
  readonly #places: number;
  readonly #stream: Stream;

  constructor(places: number, stream: Stream) {
    this.#places = places;
    this.#stream = stream;
  }

  choose(): number {
    return uniformInteger(this.#stream, 0, this.#places - 1);
  }

  joined(): void {}
  left(): void {}
}
