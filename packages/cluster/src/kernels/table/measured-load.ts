import { activeOf, type GroupedLinearShape, kernelRows } from "@tokenyard/model";
import { ln } from "@tokenyard/random";
import type { TabledShape } from "./measured-sizes.ts";
import type { LoadPlace } from "./strands.ts";

/** Rows of which products compute whole multiples. */
const TILES = [16, 64, 128] as const;
const TILE = 128;
const STEP = 3; // times the rows themselves

/** Sets `out` to the coordinates of the load of `shape` among those of its sizes: logarithms. */
export function placeLoad(shape: TabledShape, out: LoadPlace): LoadPlace {
  out.third = 0;
  out.fourth = 0;
  switch (shape.kind) {
    case "linear":
      out.line = 0;
      out.along = productPlace(shape.rows);
      out.third = ln(Math.ceil(shape.rows / TILE) * Math.ceil(shape.outFeatures / TILE)); // tiles that multiprocessors process one at a time
      return out;
    case "experts": {
      const { up, groupRows } = shape;
      const active = up.active ?? activeOf(up);
      const rows = kernelRows(shape);
      out.line = ln(active);
      out.along = ln(rows);
      out.third = groupRows > rows ? ln(groupRows / rows) : 0;
      out.fourth = Math.max(0, ln(((up.most ?? mostOf(up)) * active) / rows));
      return out;
    }
    case "attention-prefill":
      out.line = ln((2 * shape.pairs) / shape.newTokens); // of a whole prompt its length and one; of a chunk as much as it reads
      out.along = ln(shape.newTokens);
      out.third = ln(shape.newTokens * shape.heads); // rows of queries
      return out;
    case "attention-decode":
      out.line = ln(shape.sequences);
      out.along = ln(shape.contextTokens / shape.sequences);
      out.third = ln(shape.sequences * shape.kvHeads); // items that multiprocessors process one at a time
      out.fourth = ln(shape.contextTokens * shape.kvHeads); // rows of the cache
      return out;
  }
}

/** Sets `out` to the place nearest to `place` within corners, keeping the third coordinate consistent with the first two. */
export function keepInside(kind: TabledShape["kind"], place: LoadPlace, least: LoadPlace, most: LoadPlace, out: LoadPlace): void {
  out.line = Math.min(Math.max(place.line, least.line), most.line);
  out.along = Math.min(Math.max(place.along, least.along), most.along);
  const moved = [out.line - place.line, out.along - place.along] as const;
  switch (kind) {
    case "linear":
    case "experts":
      out.third = Math.min(Math.max(place.third, least.third), most.third);
      out.fourth = Math.min(Math.max(place.fourth, least.fourth), most.fourth);
      return;
    case "attention-prefill":
      out.third = place.third + moved[1];
      return;
    case "attention-decode":
      out.third = place.third + moved[0];
      out.fourth = place.fourth + moved[0] + moved[1];
  }
}

/**
 * Coordinate of a number of rows: its logarithm, raised for rows that share their last tile with padding. A product of 65 rows resembles
 * one of 80, not one of 64.
 */
export function productPlace(rows: number): number {
  return ln(rows) + STEP * TILES.reduce((sum, tile) => sum + ln(Math.ceil(rows / tile) * tile), 0);
}

function mostOf({ rowsPerExpert, first, experts }: GroupedLinearShape): number {
  let most = 0;
  for (let e = first; e < first + experts; e++) most = Math.max(most, rowsPerExpert[e]!);
  return most;
}
