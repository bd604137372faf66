import type { Balancer } from "../balancer.ts";

/** Sends all requests to one place, open or not: another router chose it. */
export class OnePlace implements Balancer {
  readonly kind = "one-place";
  readonly #place: number;

  constructor(place: number) {
    this.#place = place;
  }

  choose(): number {
    return this.#place;
  }

  joined(): void {}
  left(): void {}
  open(): void {}
}
