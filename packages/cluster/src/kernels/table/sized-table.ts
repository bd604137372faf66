import type { Point } from "./lines.ts";
import { Surface } from "./surface.ts";

/** Rows of the same sizes: of one kernel in the same formats, or of one exchange. */
export class SizedTable<Sizes, Row extends Point = Point> {
  readonly sizes: Sizes;
  readonly points: readonly Row[];
  #surface: Surface | undefined;

  constructor(sizes: Sizes, points: readonly Row[]) {
    this.sizes = sizes;
    this.points = points;
  }

  /** The surface, made on first use: few kernels need theirs. */
  get surface(): Surface {
    this.#surface ??= new Surface(this.points);
    return this.#surface;
  }
}
