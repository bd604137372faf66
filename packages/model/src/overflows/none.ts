import type { Overflow } from "../capacity/overflow.ts";

/** Experts take all copies. */
export class NoOverflow implements Overflow {
  readonly kind = "none";
  readonly limits = false;
  readonly reroutes = false;
  readonly masks = false;

  cut(): void {}
}
