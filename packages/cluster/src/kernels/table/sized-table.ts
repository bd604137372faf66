import type { LoadPoint } from "./strands.ts";
import { Surface } from "./surface.ts";

/** Rows of the same sizes: of one kernel in the same formats, or of one exchange. */
export class SizedTable<Sizes> {
  readonly sizes: Sizes;
  readonly points: readonly LoadPoint[];
  #surface: Surface | undefined;

  constructor(sizes: Sizes, points: readonly LoadPoint[]) {
    this.sizes = sizes;
    this.points = points;
  }

  /** Made when it is first asked for: nobody asks experts'. */
  get surface(): Surface {
    this.#surface ??= new Surface(this.points);
    return this.#surface;
  }
}
