import type { Op } from "@tokenyard/program";
import type { Stage } from "../stage.ts";
import { makeWhole, settle } from "../sums/settle.ts";
import { mark } from "../sums/shard-digits.ts";
import type { Rank, Visit } from "../visit.ts";
import { addProduct } from "../weights/matrix.ts";
import type { MixerWeights } from "../weights/model-weights.ts";
import { sigmoid } from "./activation.ts";
import { groupedResults } from "./grouped-query.ts";
import { latentResults } from "./latent.ts";
import { normed } from "./norm.ts";

/** Attention of a rank's heads: its part of the sums over its data group. A mixer that is not executed adds nothing. */
export function attention(stage: Stage, visit: Visit, { layer }: Op): void {
  settle(stage, visit);
  makeWhole(stage, visit);
  const { rank, tokens } = visit;
  const { formats, width } = stage;
  const weights = rank.weights.layers.get(layer)!.mixer;
  const rows = Array.from({ length: tokens.count }, () => emptyRow(stage, rank));
  visit.pending = { rows, layer, kind: "mixer" };
  if (weights === undefined) return;
  const input = normed(visit.residual, width, 0, tokens.count);
  formats.handOn(input);
  const results = resultsOf(stage, visit, layer, weights, input);
  if (weights.gate !== undefined) {
    const gates = formats.product(input, tokens.count, weights.gate, "attention");
    rank.multiplyAdds += tokens.count * weights.gate.inFeatures * weights.gate.outFeatures;
    for (let i = 0; i < results.length; i++) results[i] = results[i]! * sigmoid(gates[i]!);
    formats.handOn(results);
  }
  const { output } = weights;
  const given = formats.inputs("attentionOutput", results, tokens.count, output.inFeatures);
  for (const [r, row] of rows.entries()) {
    addProduct(given, r * output.inFeatures, output, row);
    formats.handOn(row, 0, width);
  }
  rank.multiplyAdds += tokens.count * output.inFeatures * output.outFeatures;
}

function resultsOf(stage: Stage, visit: Visit, layer: number, weights: MixerWeights, input: Float64Array): Float64Array {
  const spec = stage.specs[layer]!.mixer;
  const place = visit.rank.local % stage.plan.attentionTensor;
  if (weights.kind === "grouped-query" && spec.kind === "grouped-query")
    return groupedResults(stage, visit, layer, spec, weights, input, place);
  if (weights.kind === "latent" && spec.kind === "latent") return latentResults(stage, visit, layer, spec, weights, input, place);
  throw new Error(`a ${spec.kind} mixer with the weights of a ${weights.kind} one`);
}

/** A row of zeros with the mark of the rank's heads. */
function emptyRow({ plan, width, stride }: Stage, { local }: Rank): Float64Array {
  const row = new Float64Array(stride);
  mark(row, width, local % plan.attentionTensor);
  return row;
}
