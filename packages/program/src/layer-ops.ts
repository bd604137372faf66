import { type LayerKind, layerKinds, windowedLayers } from "@tokenyard/model";
import { gathersCopies, gathersTokens, type Plan, reducesCopies, reducesTokens } from "@tokenyard/placement";
import type { ModelSpec, Scenario } from "@tokenyard/scenario";
import { type Op, op, type Work } from "./op.ts";

/** The ops of `layers`, one layer after another. */
export function layersOf({ model }: Scenario, plan: Plan, layers: readonly number[]): Op[] {
  const kinds = layerKinds(model);
  const windowed = windowedLayers(model);
  const ops: Op[] = [];
  for (const layer of layers) {
    const attention = windowed[layer] ? "windowed-attention" : "attention";
    for (const work of [attention, ...worksBehind(model, plan, kinds[layer]!)] as const)
      ops.push(op(work, layer, ops.length === 0 ? [] : [ops.length - 1]));
  }
  return ops;
}

/** What follows the attention. */
function worksBehind(model: ModelSpec, plan: Plan, kind: LayerKind): Work[] {
  const works: Work[] = plan.attentionTensor > 1 ? ["reduce-attention"] : [];
  if (kind === "dense") return [...works, "dense", ...(plan.attentionTensor > 1 ? (["reduce-dense"] as const) : [])];
  return [...works, "gate", ...expertWorks(model, plan)];
}

/** From the gate on: how tokens come to the experts, and their results back. Source: docs/models.md#exchanges. */
function expertWorks(model: ModelSpec, plan: Plan): Work[] {
  const there: Work[] = [];
  const back: Work[] = [];
  if (gathersTokens(plan)) {
    there.push("gather-tokens");
    back.push("scatter-tokens");
  } else if (plan.dataGroups > 1) {
    there.push("dispatch");
    if (gathersCopies(plan)) {
      there.push("gather-copies");
      back.push("scatter-copies");
    }
    if (reducesCopies(plan)) back.push("reduce-experts");
    back.push("combine");
  }
  if (reducesTokens(plan)) back.push("reduce-combine");
  const shared: Work[] = (model.experts?.shared ?? 0) > 0 ? ["shared"] : [];
  return [...there, "experts", ...shared, ...back];
}
