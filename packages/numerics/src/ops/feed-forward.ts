import type { Rank } from "../visit.ts";
import { addProduct } from "../weights/matrix.ts";
import type { FeedForwardWeights } from "../weights/model-weights.ts";
import { silu } from "./activation.ts";

/** Adds `share` of what a feed-forward makes of the row at `at` of `rows` to `out`: its shard's part of the sum. */
export function addFeedForward(
  rank: Rank,
  { gate, up, down }: FeedForwardWeights,
  rows: Float64Array,
  at: number,
  share: number,
  out: Float64Array,
): void {
  const hidden = new Float64Array(up.outFeatures);
  addProduct(rows, at, up, hidden);
  if (gate === undefined) for (let i = 0; i < hidden.length; i++) hidden[i] = silu(hidden[i]!) * share;
  else {
    const gates = new Float64Array(gate.outFeatures);
    addProduct(rows, at, gate, gates);
    for (let i = 0; i < hidden.length; i++) hidden[i] = hidden[i]! * silu(gates[i]!) * share;
  }
  addProduct(hidden, 0, down, out);
  rank.multiplyAdds += up.inFeatures * (up.outFeatures + (gate?.outFeatures ?? 0)) + down.inFeatures * down.outFeatures;
}
