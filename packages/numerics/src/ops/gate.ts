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
  visit.choices = choicesOf(layer, logits, count, model.experts!.count, model.experts!.topK, limitOf(stage));
  visit.arrived = undefined;
  visit.hasComputed = false;
  visit.results = undefined;
  visit.pending = { rows: Array.from({ length: count }, () => undefined), layer, kind: "experts" };
}

/** The `topK` experts with the largest logits, of equal ones that of the lower number first, and their softmax among each other. */
export function choicesOf(
  layer: number,
  logits: Float64Array,
  count: number,
  experts: number,
  topK: number,
  limit?: { readonly groups: number; readonly limit: number },
): Choices {
  const chosen = new Int32Array(count * topK);
  const weights = new Float64Array(count * topK);
  const own = new Float64Array(topK);
  const all = Array.from({ length: experts }, (_, x) => x);
  for (let r = 0; r < count; r++) {
    const row = logits.subarray(r * experts, (r + 1) * experts);
    const order = bestFirst(row, limit === undefined ? all : inBestGroups(row, limit));
    for (let k = 0; k < topK; k++) {
      chosen[r * topK + k] = order[k]!;
      own[k] = row[order[k]!]!;
    }
    softmax(own, topK);
    weights.set(own, r * topK);
  }
  return { layer, experts: chosen, weights, slots: new Int32Array(count * topK).fill(-1) };
}

/** Groups from which a token's experts are chosen, where it may not be from all. */
function limitOf({ scenario: { routing } }: Stage): { readonly groups: number; readonly limit: number } | undefined {
  return routing.gate.kind === "grouped" ? routing.gate : undefined;
}

/** `experts` by their logits, the largest first, of equal ones the lower number. */
function bestFirst(row: Float64Array, experts: readonly number[]): number[] {
  return experts.toSorted((a, b) => row[b]! - row[a]! || a - b);
}

/** The experts of the `limit` groups whose best expert has the largest logit, of equal groups the lower. */
function inBestGroups(row: Float64Array, { groups, limit }: { readonly groups: number; readonly limit: number }): number[] {
  const size = row.length / groups;
  const membersOf = (group: number) => Array.from({ length: size }, (_, x) => group * size + x);
  const best = Float64Array.from({ length: groups }, (_, group) => Math.max(...membersOf(group).map((x) => row[x]!)));
  return bestFirst(
    best,
    Array.from(best, (_, group) => group),
  )
    .slice(0, limit)
    .flatMap(membersOf);
}
