import { type ArrivingRequest, createArrivingRequest } from "../requests/arriving-request.ts";
import type { RequestSource } from "../requests/request-source.ts";

/** Requests that are pushed from outside while the run is under way, in order of their instants; it is open until it is closed. */
export class LiveSource implements RequestSource {
  readonly total = undefined;
  nextNs = Number.POSITIVE_INFINITY;
  isOpen = true;
  /** Requests in order; those before `#taken` have been taken. */
  #waiting: ArrivingRequest[] = [];
  #taken = 0;
  #added = 0;

  /** One arrives; at no earlier instant than the one before. What is not given is as of a request of which nothing is known. Returns its number. */
  add(request: Pick<ArrivingRequest, "arrivedNs" | "promptTokens" | "outputTokens"> & Partial<ArrivingRequest>): number {
    const last = this.#waiting.at(-1);
    if (!this.isOpen) throw new Error("a request comes to a load that is closed");
    if (last !== undefined && request.arrivedNs < last.arrivedNs)
      throw new Error(`a request of ${request.arrivedNs} ns comes after one of ${last.arrivedNs} ns`);
    this.#waiting.push({ ...createArrivingRequest(), ...request });
    this.nextNs = this.#waiting[this.#taken]!.arrivedNs;
    return this.#added++;
  }

  /** Closes the source. */
  close(): void {
    this.isOpen = false;
  }

  take(out: ArrivingRequest): void {
    Object.assign(out, this.#waiting[this.#taken++]);
    if (this.#taken === this.#waiting.length) {
      this.#waiting = [];
      this.#taken = 0;
    }
    this.nextNs = this.#waiting[this.#taken]?.arrivedNs ?? Number.POSITIVE_INFINITY;
  }

  finished(): void {}
}
