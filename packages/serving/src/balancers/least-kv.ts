import type { Balancer } from "../balancer.ts";
import { Least } from "./least.ts";

/**
 * Chooses the place where the prompts of unfinished requests fill the least cache, which is what a router knows of the cache without
 * asking.
 */
export class LeastKv implements Balancer {
  readonly kind = "least-kv";
  readonly #tokens: Least;

  constructor(places: number) {
    this.#tokens = new Least(places);
  }

  choose(): number {
    return this.#tokens.place;
  }

  joined(place: number, _slot: number, promptTokens: number): void {
    this.#tokens.add(place, promptTokens);
  }

  left(place: number, _slot: number, promptTokens: number): void {
    this.#tokens.add(place, -promptTokens);
  }

  open(place: number, isOpen: boolean): void {
    this.#tokens.open(place, isOpen);
  }
}
