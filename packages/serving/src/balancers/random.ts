import { type Stream, uniformInteger } from "@tokenyard/random";
import type { Balancer } from "../balancer.ts";
import { OpenPlaces } from "./open-places.ts";

/** Any place alike. */
export class Random implements Balancer {
  readonly kind = "random";
  readonly #places: OpenPlaces;
  readonly #stream: Stream;

  constructor(places: number, stream: Stream) {
    this.#places = new OpenPlaces(places);
    this.#stream = stream;
  }

  choose(): number {
    return this.#places.at(uniformInteger(this.#stream, 0, this.#places.count - 1));
  }

  joined(): void {}
  left(): void {}

  open(place: number, isOpen: boolean): void {
    this.#places.set(place, isOpen);
  }
}
