import type { Balancer } from "../balancer.ts";

/** In turn. */
export class RoundRobin implements Balancer {
  readonly kind = "round-robin";
  readonly #places: number;
  #next = 0;

  constructor(places: number) {
    this.#places = places;
  }

  choose(): number {
    const place = this.#next;
    this.#next = (place + 1) % this.#places;
    return place;
  }

  joined(): void {}
  left(): void {}
}
