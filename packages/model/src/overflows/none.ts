import type { Overflow } from "../overflow.ts";

/** Experts take all copies. */
export class NoOverflow implements Overflow {
  readonly kind = "none";
  readonly limits = false;

  cut(): number {
    return 0;
  }
}
