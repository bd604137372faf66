import type { Stage } from "../stage.ts";
import { settle } from "../sums/settle.ts";
import type { Choices, Visit } from "../visit.ts";
import { product } from "../weights/matrix.ts";
import { softmax } from "./activation.ts";
import { normed } from "./norm.ts";
import { partOf } from "./split-activations.ts";

/** Chooses the experts of the tokens that the rank exchanges: those of its data group, or its part of them. */
export function gate(stage: Stage, visit: Visit, layer: number): void {
  const { plan, width, model, formats } = stage;
  const { rank } = visit;
  settle(stage, visit);
  const part =
    plan.sequenceParallel !== "none" && visit.to - visit.from === visit.tokens.count
      ? partOf(visit.tokens.count, plan.attentionTensor, rank.local % plan.attentionTensor)
      : { from: visit.from, to: visit.to };
  visit.gateFrom = part.from;
  visit.gateTo = part.to;
  const input = visit.beside ?? normed(visit.residual, width, 0, visit.to - visit.from);
  if (visit.beside === undefined) formats.handOn(input);
  const first = visit.beside === undefined ? visit.from : 0;
  visit.beside = undefined;
  visit.normed = input.slice((part.from - first) * width, (part.to - first) * width);
  const matrix = rank.weights.layers.get(layer)!.gate!;
  const count = part.to - part.from;
  const logits = product(visit.normed, count, matrix);
  rank.multiplyAdds += count * matrix.inFeatures * matrix.outFeatures;
  visit.choices = choicesOf(layer, logits, count, model.experts!.count, model.experts!.topK);
  visit.arrived = undefined;
  visit.hasComputed = false;
  visit.results = undefined;
  visit.pending = { rows: Array.from({ length: count }, () => undefined), layer, kind: "experts" };
}

/** The `topK` experts with the largest logits, of equal ones that of the lower number first, and their softmax among each other. */
export function choicesOf(layer: number, logits: Float64Array, count: number, experts: number, topK: number): Choices {
  const chosen = new Int32Array(count * topK);
  const weights = new Float64Array(count * topK);
  const own = new Float64Array(topK);
  for (let r = 0; r < count; r++) {
    const row = logits.subarray(r * experts, (r + 1) * experts);
    const order = Array.from(row, (_, x) => x).sort((a, b) => row[b]! - row[a]! || a - b);
    for (let k = 0; k < topK; k++) {
      chosen[r * topK + k] = order[k]!;
      own[k] = row[order[k]!]!;
    }
    softmax(own, topK);
    weights.set(own, r * topK);
  }
  return { layer, experts: chosen, weights, slots: new Int32Array(count * topK).fill(-1) };
}
