import { activeOf, type GroupedLinearShape, kernelRows } from "@tokenyard/model";
import { ln } from "@tokenyard/random";
import type { TabledShape } from "./measured-sizes.ts";
import type { LoadPlace } from "./mixture.ts";

/** Rows of which products compute whole multiples. */
const TILES = [16, 64, 128] as const;
const STEP = 3; // times the rows themselves

/** Sets `out` to where the load of `shape` lies among others of its sizes: logarithms. */
export function placeLoad(shape: TabledShape, out: LoadPlace): LoadPlace {
  out.handed = 0;
  out.spread = 0;
  switch (shape.kind) {
    case "linear":
      out.line = 0;
      out.along = productPlace(shape.rows);
      return out;
    case "experts": {
      const { up, groupRows } = shape;
      const active = up.active ?? activeOf(up);
      const rows = kernelRows(shape);
      out.line = ln(active);
      out.along = ln(rows);
      out.handed = groupRows > rows ? ln(groupRows / rows) : 0;
      out.spread = Math.max(0, ln(((up.most ?? mostOf(up)) * active) / rows));
      return out;
    }
    case "attention-prefill":
      out.line = ln((2 * shape.pairs) / shape.newTokens); // of a whole prompt its length and one; of a chunk as much as it reads
      out.along = ln(shape.newTokens);
      return out;
    case "attention-decode":
      out.line = ln(shape.sequences);
      out.along = ln(shape.contextTokens / shape.sequences);
      return out;
  }
}

/**
 * The logarithm of so many rows, and more of those that are computed with them in whole tiles: a product of 65 rows resembles one of 80, and not one of 64.
 */
export function productPlace(rows: number): number {
  return ln(rows) + STEP * TILES.reduce((sum, tile) => sum + ln(Math.ceil(rows / tile) * tile), 0);
}

function mostOf({ rowsPerExpert, first, experts }: GroupedLinearShape): number {
  let most = 0;
  for (let e = first; e < first + experts; e++) most = Math.max(most, rowsPerExpert[e]!);
  return most;
}
