import type { Formats, ProductPart } from "../formats/formats.ts";
import type { Rank } from "../visit.ts";
import { addProduct, type Matrix } from "../weights/matrix.ts";
import type { FeedForwardWeights } from "../weights/model-weights.ts";
import { silu } from "./activation.ts";

/**
 * Adds `share` of a feed-forward's result for the row at `at` of `rows` to `out`: its shard's part of the sum. `part`: the part of the
 * model whose formats it has.
 */
export function addFeedForward(
  formats: Formats,
  part: ProductPart,
  rank: Rank,
  { gate, up, down }: FeedForwardWeights,
  rows: Float64Array,
  at: number,
  share: number,
  out: Float64Array,
): void {
  const row = formats.inputs(part, rows.subarray(at), 1, up.inFeatures);
  const hidden = new Float64Array(up.outFeatures);
  addProduct(row, 0, up, hidden);
  formats.handOn(hidden);
  if (gate === undefined) for (let i = 0; i < hidden.length; i++) hidden[i] = silu(hidden[i]!);
  else {
    const gates = new Float64Array(gate.outFeatures);
    addProduct(row, 0, gate, gates);
    formats.handOn(gates);
    for (let i = 0; i < hidden.length; i++) hidden[i] = hidden[i]! * silu(gates[i]!);
  }
  formats.handOn(hidden);
  const given = formats.inputs(part, hidden, 1, hidden.length).map((number) => number * share);
  if (formats.isExact) addProduct(given, 0, down, out);
  else addHandedOn(formats, given, down, out);
  rank.multiplyAdds += up.inFeatures * (up.outFeatures + (gate?.outFeatures ?? 0)) + down.inFeatures * down.outFeatures;
}

/** Adds `row` × `matrix`, rounded as a kernel's output, to `out`. */
function addHandedOn(formats: Formats, row: Float64Array, matrix: Matrix, out: Float64Array): void {
  const made = new Float64Array(matrix.outFeatures);
  addProduct(row, 0, matrix, made);
  formats.handOn(made);
  for (let i = 0; i < made.length; i++) out[i]! += made[i]!;
}
