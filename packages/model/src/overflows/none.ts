import type { Overflow } from "../overflow.ts";

/** Experts take all copies. */
export class NoOverflow implements Overflow {
  readonly kind = "none";

  cut(): number {
    return 0;
  }
}
