import { type Stream, uniformInteger } from "@tokenyard/random";
import type { Balancer } from "../balancer.ts";
import { OpenPlaces } from "./open-places.ts";

/** The one of two places drawn at random that has fewer outstanding tokens; the first drawn of equals. */
export class TwoChoices implements Balancer {
  readonly kind = "two-choices";
  readonly #stream: Stream;
  readonly #tokens: Float64Array;
  readonly #open: OpenPlaces;

  constructor(places: number, stream: Stream) {
    this.#stream = stream;
    this.#tokens = new Float64Array(places);
    this.#open = new OpenPlaces(places);
  }

  choose(): number {
    const open = this.#open;
    const places = open.count;
    const first = uniformInteger(this.#stream, 0, places - 1);
    const one = open.at(first);
    if (places === 1) return one;
    const step = uniformInteger(this.#stream, 1, places - 1);
    const other = open.at((first + step) % places);
    return this.#tokens[other]! < this.#tokens[one]! ? other : one;
  }

  joined(place: number, _slot: number, promptTokens: number, outputTokens: number): void {
    this.#tokens[place]! += promptTokens + outputTokens;
  }

  left(place: number, _slot: number, promptTokens: number, outputTokens: number): void {
    this.#tokens[place]! -= promptTokens + outputTokens;
  }

  open(place: number, isOpen: boolean): void {
    this.#open.set(place, isOpen);
  }
}
