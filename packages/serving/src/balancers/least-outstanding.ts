import type { Balancer } from "../balancer.ts";
import { Least } from "./least.ts";

/**
 * Chooses the place where the unfinished requests have the fewest tokens, prompt and output together, as a router with known lengths would.
 */
export class LeastOutstanding implements Balancer {
  readonly kind = "least-outstanding";
  readonly #tokens: Least;

  constructor(places: number) {
    this.#tokens = new Least(places);
  }

  choose(): number {
    return this.#tokens.place;
  }

  joined(place: number, _slot: number, promptTokens: number, outputTokens: number): void {
    this.#tokens.add(place, promptTokens + outputTokens);
  }

  left(place: number, _slot: number, promptTokens: number, outputTokens: number): void {
    this.#tokens.add(place, -promptTokens - outputTokens);
  }

  open(place: number, isOpen: boolean): void {
    this.#tokens.open(place, isOpen);
  }
}
