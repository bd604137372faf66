import { layerKinds, mostTaken } from "@tokenyard/model";
import type { Scenario } from "@tokenyard/scenario";
import type { PassColumns } from "../batches/pass-columns.ts";
import type { TimedBatch } from "../floors/timed-batch.ts";

/** Copies beyond what the experts of a pass accept together, over all passes and layers. `sources`: data groups that share room. */
export function leastDropped({ model, routing, serving }: Scenario, batch: TimedBatch, sources: number): number {
  if (model.experts === undefined || routing.overflow.kind === "dropout") return 0;
  if (serving.batchSizes !== undefined) return 0; // padding is routed too, and of it less may be dropped
  const { count, topK } = model.experts;
  const { prefills, spans, rowOf, spanStarts } = batch.microBatches;
  const dropped = ({ passes, leastTokens, mostTokens }: PassColumns, row: number): number => {
    const tokens = leastTokens[row]!;
    if (tokens < mostTokens[row]!) return 0;
    const half = batch.floor.mostOfHalf(tokens);
    const capacity = mostTaken(tokens, sources, model, routing);
    const taken = half === undefined ? capacity : Math.max(capacity, 2 * mostTaken(half, sources, model, routing));
    return passes[row]! * Math.max(0, tokens * topK - count * taken);
  };
  let copies = 0;
  for (const row of rowOf) {
    copies += dropped(prefills, row);
    for (let span = spanStarts[row]!; span < spanStarts[row + 1]!; span++) copies += dropped(spans, span);
  }
  return copies * layerKinds(model).filter((kind) => kind === "moe").length;
}
