import type { Stage } from "../stage.ts";
import { mark } from "../sums/shard-digits.ts";
import type { Visit } from "../visit.ts";
import { addProduct } from "../weights/matrix.ts";
import { sigmoid } from "./activation.ts";
import { hasChosen } from "./arrivals.ts";
import { addFeedForward } from "./feed-forward.ts";

/** The rank's shard of the shared experts, on the tokens that its gate saw. */
export function shared(stage: Stage, visit: Visit, layer: number): void {
  const { plan, width, stride, model, formats } = stage;
  if (!hasChosen(stage, visit, layer)) return;
  const { rank, normed, pending } = visit;
  const { shared: weights, sharedGate } = rank.weights.layers.get(layer)!;
  const place = rank.local % plan.sharedTensor;
  for (let i = 0; i < visit.gateTo - visit.gateFrom; i++) {
    const row = pending!.rows[i] ?? new Float64Array(stride);
    pending!.rows[i] = row;
    addFeedForward(formats, "shared", rank, weights!, normed!, i * width, shareOf(visit, sharedGate, i * width), row);
    mark(row, width, model.experts!.count * plan.tensor + place);
  }
}

function shareOf({ rank, normed }: Visit, gate: NonNullable<Parameters<typeof addProduct>[2]> | undefined, at: number): number {
  if (gate === undefined) return 1;
  const logit = new Float64Array(1);
  addProduct(normed!, at, gate, logit);
  rank.multiplyAdds += gate.inFeatures;
  return sigmoid(logit[0]!);
}
