import { type LayerKind, layerKinds, windowedLayers } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { ModelSpec } from "@tokenyard/scenario";
import { type Op, op } from "./op.ts";

/** The ops that a micro-batch runs on one visit to a stage, in order. */
export interface Program {
  readonly ops: readonly Op[];
  /** How many ops stand before `send`; all of them on the last visit to the last stage. When they have ended, the next micro-batch is admitted. */
  readonly beforeSend: number;
}

/**
 * The program of slice `slice` of pipeline stage `stage`: its layers one after another, the head at the end of the last slice of the last
 * stage, a send at the end of every other. A collective over one rank is left out.
 */
export function programOf(model: ModelSpec, plan: Plan, stage: number, slice: number): Program {
  const kinds = layerKinds(model);
  const windowed = windowedLayers(model);
  const last = stage === plan.stages - 1 && slice === plan.interleave - 1;
  const ops = plan.slicesOfStage[stage]![slice]!.flatMap((layer) => [
    op(windowed[layer] ? "windowed-attention" : "attention", layer),
    ...layerOps(model, plan, kinds[layer]!, layer),
  ]);
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
  const spread = plan.dataGroups > 1;
  ops.push(op("gate", layer));
  if (spread) ops.push(op("dispatch", layer));
  ops.push(op("experts", layer));
  if ((model.experts?.shared ?? 0) > 0) ops.push(op("shared", layer));
  if (plan.tensor > 1) ops.push(op("reduce-experts", layer));
  if (spread) ops.push(op("combine", layer));
  if (plan.attentionTensor > plan.tensor) ops.push(op("reduce-combine", layer));
  return ops;
}
