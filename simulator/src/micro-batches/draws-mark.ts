import { createMark } from "@tokenyard/random";
import type { Draws } from "./draws.ts";

/** Where the streams stood that the experts of a pass are drawn from, before what may be taken back. */
export class DrawsMark {
  readonly #routing = createMark();
  readonly #overflow = createMark();
  readonly #fates = createMark();

  take({ routing, overflow, fates }: Draws): void {
    routing.mark(this.#routing);
    overflow.mark(this.#overflow);
    fates?.mark(this.#fates);
  }

  /** They will give the same again. */
  goBack({ routing, overflow, fates }: Draws): void {
    routing.goBack(this.#routing);
    overflow.goBack(this.#overflow);
    fates?.goBack(this.#fates);
  }
}
