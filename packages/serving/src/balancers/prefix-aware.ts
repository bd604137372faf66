import { type Stream, uniformInteger } from "@tokenyard/random";
import type { Balancer } from "../balancer.ts";
import type { PrefixMap } from "../prefix/prefix-map.ts";
import { Least } from "./least.ts";
import { OpenPlaces } from "./open-places.ts";

/**
 * Chooses the place with most of the prompt cached; among several, the better of two drawn at random. If that place would have more than
 * `factor` times the outstanding tokens of the least loaded one, the request included, it chooses the better of two random places instead.
 */
export class PrefixAware implements Balancer {
  readonly kind = "prefix-aware";
  readonly #factor: number;
  readonly #places: OpenPlaces;
  readonly #stream: Stream;
  readonly #prefixes: PrefixMap | undefined;
  readonly #tokens: Least;

  /** `prefixes` may be left out where there is one place only. */
  constructor(places: number, factor: number, stream: Stream, prefixes: PrefixMap | undefined) {
    this.#factor = factor;
    this.#places = new OpenPlaces(places);
    this.#stream = stream;
    this.#prefixes = prefixes;
    this.#tokens = new Least(places);
  }

  choose(slot: number): number {
    if (this.#prefixes === undefined) return 0;
    const deepest = this.#prefixes.deepest(slot);
    const there = deepest.every((place) => this.#places.has(place)) ? deepest : deepest.filter((place) => this.#places.has(place));
    if (there.length > 0) {
      const [one, other] = this.#two(there.length);
      const place = this.#better(there[one]!, there[other]!);
      const own = this.#prefixes.tokens(slot);
      const { load, place: least } = this.#tokens;
      if (load[place]! + own <= this.#factor * (load[least]! + own)) return place;
    }
    const [one, other] = this.#two(this.#places.count);
    return this.#better(this.#places.at(one), this.#places.at(other));
  }

  joined(place: number, _slot: number, promptTokens: number, outputTokens: number): void {
    this.#tokens.add(place, promptTokens + outputTokens);
  }

  left(place: number, _slot: number, promptTokens: number, outputTokens: number): void {
    this.#tokens.add(place, -promptTokens - outputTokens);
  }

  open(place: number, isOpen: boolean): void {
    this.#places.set(place, isOpen);
    this.#tokens.open(place, isOpen);
  }

  /** Two different numbers below `count`; the same twice where there is one only. */
  #two(count: number): readonly [number, number] {
    const one = uniformInteger(this.#stream, 0, count - 1);
    if (count === 1) return [one, one];
    return [one, (one + uniformInteger(this.#stream, 1, count - 1)) % count];
  }

  /** The one with fewer outstanding tokens; the first of equals. */
  #better(one: number, other: number): number {
    return this.#tokens.load[other]! < this.#tokens.load[one]! ? other : one;
  }
}
