import { type LayerKind, layerKinds, windowedLayers } from "@tokenyard/model";
import { gathersCopies, gathersTokens, type Plan, reducesCopies, reducesTokens } from "@tokenyard/placement";
import type { ModelSpec, Scenario } from "@tokenyard/scenario";
import { stepOverheadOf } from "./host-time.ts";
import { type Op, op, type Work } from "./op.ts";

/** The ops that a micro-batch runs on one visit to a stage, in order. */
export interface Program {
  readonly ops: readonly Op[];
  /** How many ops stand before `send`; all of them on the last visit to the last stage. When they have ended, the next micro-batch is admitted. */
  readonly beforeSend: number;
}

/**
 * The program of slice `slice` of pipeline stage `stage`: the host, where it takes time; its layers one after another; the head at the end of
 * the last slice of the last stage, a send at the end of every other. A collective over one rank is left out.
 */
export function programOf({ model, serving }: Scenario, plan: Plan, stage: number, slice: number): Program {
  const kinds = layerKinds(model);
  const windowed = windowedLayers(model);
  const last = stage === plan.stages - 1 && slice === plan.interleave - 1;
  const ops = plan.slicesOfStage[stage]![slice]!.flatMap((layer) => [
    op(windowed[layer] ? "windowed-attention" : "attention", layer),
    ...layerOps(model, plan, kinds[layer]!, layer),
  ]);
  if (stepOverheadOf(serving) !== undefined) ops.unshift(op("host", -1));
  if (last && model.vocabulary !== undefined) ops.push(op("head", -1));
  return last ? { ops, beforeSend: ops.length } : { ops: [...ops, op("send", -1)], beforeSend: ops.length };
}

/** What follows the attention. */
function layerOps(model: ModelSpec, plan: Plan, kind: LayerKind, layer: number): Op[] {
  const ops: Op[] = [];
  if (plan.attentionTensor > 1) ops.push(op("reduce-attention", layer));
  if (kind === "dense") {
    ops.push(op("dense", layer));
    if (plan.attentionTensor > 1) ops.push(op("reduce-dense", layer));
    return ops;
  }
  ops.push(op("gate", layer));
  for (const work of expertWorks(model, plan)) ops.push(op(work, layer));
  return ops;
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
  return [...there, ...shared, "experts", ...back];
}
