import { contextRanksOf, modelLayers } from "@tokenyard/model";
import { gathersCopies, gathersTokens, type Plan, reducesCopies, reducesTokens, sendsCopies } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { mixerWorks } from "./mixer-work.ts";
import { type Op, op, type Work } from "./op.ts";

/** The ops of `layers`, one layer after another. */
export function layersOf({ model, serving }: Scenario, plan: Plan, layers: readonly number[]): Op[] {
  const { layers: of, mixers } = modelLayers(model);
  const works = mixerWorks(model);
  const exchanged = mixers.map((mixer, i) => contextWorks(i, contextRanksOf(mixer, plan.attentionTensor, plan.context)));
  const shares = (model.experts?.shared ?? 0) > 0;
  const isBeside = serving.sharedExperts !== "in-turn";
  const ops: Op[] = [];
  let last: readonly number[] = [];
  const add = (work: Work, layer: number, after = last) => {
    last = [ops.push(op(work, layer, after)) - 1];
    return last;
  };
  for (const layer of layers) {
    const { mixer, dense, routed } = of[layer]!;
    const scatters = routed && plan.sequenceParallel === "reduce-scatter"; // before the gate; a dense feed-forward between them needs all rows
    if (mixer >= 0) {
      add(works[mixer]!, layer);
      for (const work of exchanged[mixer]!) add(work, layer);
      if (plan.attentionTensor > 1) add(scatters && dense < 0 ? "reduce-scatter" : "reduce-attention", layer);
    }
    if (dense >= 0) {
      add(dense === 0 ? "dense" : `dense-${dense}`, layer);
      if (plan.attentionTensor > 1) add(scatters ? "reduce-scatter" : "reduce-dense", layer);
    }
    if (!routed) continue;
    const { there, back } = exchangeOf(plan);
    const gate = add("gate", layer);
    let arrived = gate;
    for (const work of there) arrived = add(work, layer);
    const shared = shares && isBeside && there.length > 0 ? add("shared", layer, gate) : undefined;
    if (shares && shared === undefined) arrived = add("shared", layer);
    add("experts", layer, arrived);
    if (shared !== undefined) last = [...last, ...shared];
    for (const work of back) add(work, layer);
  }
  return ops;
}

/** Exchanges of `ranks` ranks that share contexts, for mixer number `mixer`. */
function contextWorks(mixer: number, ranks: number): readonly Work[] {
  return ranks === 1 ? [] : [`context-queries-${mixer}`, `context-past-${mixer}`, `context-results-${mixer}`];
}

/** Ops that bring tokens to the experts, and results back. Source: docs/models/exchanges.md#exchanges. */
function exchangeOf(plan: Plan): { readonly there: readonly Work[]; readonly back: readonly Work[] } {
  const there: Work[] = [];
  const back: Work[] = [];
  if (gathersTokens(plan)) {
    there.push("gather-tokens");
    back.push("scatter-tokens");
  } else if (sendsCopies(plan)) {
    there.push("dispatch");
    if (gathersCopies(plan)) {
      there.push("gather-copies");
      back.push("scatter-copies");
    }
    if (reducesCopies(plan)) back.push("reduce-experts");
    back.push("combine");
  }
  if (reducesTokens(plan)) back.push("reduce-combine");
  if (plan.sequenceParallel !== "none") back.push("all-gather");
  return { there, back };
}
