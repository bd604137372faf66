import type { Stage } from "../stage.ts";
import { makeWhole, settle } from "../sums/settle.ts";
import { mark } from "../sums/shard-digits.ts";
import type { Visit } from "../visit.ts";
import { addFeedForward } from "./feed-forward.ts";
import { normed } from "./norm.ts";

/** The rank's shard of a dense feed-forward. Experts beside it read the same rows. */
export function dense(stage: Stage, visit: Visit, layer: number): void {
  const { plan, width, stride, specs, formats } = stage;
  settle(stage, visit);
  makeWhole(stage, visit);
  const { rank } = visit;
  const count = visit.to - visit.from;
  const input = normed(visit.residual, width, 0, count);
  formats.handOn(input);
  const weights = rank.weights.layers.get(layer)!.dense!;
  const place = rank.local % plan.attentionTensor;
  const rows = Array.from({ length: count }, (_, i) => {
    const row = new Float64Array(stride);
    addFeedForward(formats, "dense", rank, weights, input, i * width, 1, row);
    mark(row, width, place);
    return row;
  });
  visit.pending = { rows, layer, kind: "dense" };
  if (specs[layer]!.routed) visit.beside = input;
}
