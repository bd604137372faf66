import type { Balancer } from "../balancer.ts";
import { OpenPlaces } from "./open-places.ts";

/** Chooses the places in turn. */
export class RoundRobin implements Balancer {
  readonly kind = "round-robin";
  readonly #places: number;
  readonly #open: OpenPlaces;
  #next = 0;

  constructor(places: number) {
    this.#places = places;
    this.#open = new OpenPlaces(places);
  }

  choose(): number {
    let place = this.#next;
    while (!this.#open.has(place)) place = (place + 1) % this.#places;
    this.#next = (place + 1) % this.#places;
    return place;
  }

  joined(): void {}
  left(): void {}

  open(place: number, isOpen: boolean): void {
    this.#open.set(place, isOpen);
  }
}
