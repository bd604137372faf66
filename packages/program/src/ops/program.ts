import { type Draft, draftOf } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import { HostTime } from "../kernels/host-time.ts";
import { inHalves } from "./halves.ts";
import { layersOf } from "./layer-ops.ts";
import { FIRST_DRAFT, NETWORK, NEXT_DRAFTS, type Op, ofDraft, op } from "./op.ts";

/** Ops that a micro-batch runs on one visit to a stage. Each lane runs its own in this order. */
export interface Program {
  readonly ops: readonly Op[];
  /** [ops] place of the op before it on its lane; −1 for the first. */
  readonly laneBefore: Int32Array;
  /** Places of the last op on each lane that has any, rising: one of them ends last. */
  readonly laneLast: readonly number[];
  /**
   * Number of ops before `send`; all of them on the last visit to the last stage. When they have ended, the next micro-batch is admitted.
   */
  readonly beforeSend: number;
}

/** Whether experts move on a visit, and then whether all wait for them. */
export type Moving = "none" | "sync" | "async";

/**
 * The program of slice `slice` of pipeline stage `stage`: host time if any; moves of experts if any; the layers in order; at the end of the
 * last slice of the last stage the head, with the passes of a draft that makes `drafts` drafts; at the end of every other slice a send.
 * Collectives over one rank are left out.
 */
export function programOf(scenario: Scenario, plan: Plan, stage: number, slice: number, moves: Moving = "none", drafts = 0): Program {
  return withEnds(scenario, plan, stage, slice, moves, layersOf(scenario, plan, plan.slicesOfStage[stage]![slice]!), drafts);
}

/**
 * The program with its layers in two halves that take turns; the host before them, and the head and the send after them, are of the whole.
 * Undefined if no op of the layers runs on the network lane, as there is nothing to hide.
 */
export function splitProgramOf(scenario: Scenario, plan: Plan, stage: number, slice: number, moves: Moving = "none"): Program | undefined {
  const layers = layersOf(scenario, plan, plan.slicesOfStage[stage]![slice]!);
  if (!layers.some(({ lane }) => lane === NETWORK)) return undefined;
  return withEnds(scenario, plan, stage, slice, moves, inHalves(layers));
}

function withEnds(scenario: Scenario, plan: Plan, stage: number, slice: number, moves: Moving, layers: readonly Op[], drafts = 0): Program {
  const { model, serving } = scenario;
  const isLast = stage === plan.stages - 1 && slice === plan.interleave - 1;
  const ops: Op[] = [];
  if (HostTime.of(serving, plan) !== undefined) ops.push(op("host", -1));
  const host = ops.length;
  if (moves !== "none") ops.push(op("move", -1, lastOf(host)));
  const before = ops.length;
  const first = moves === "sync" ? before : host; // what the layers wait for
  for (const each of layers) ops.push({ ...each, after: each.after.length > 0 ? each.after.map((at) => at + before) : lastOf(first) });
  if (isLast && model.vocabulary !== undefined) ops.push(op("head", -1, endsOf(ops)));
  const draft = isLast && drafts > 0 ? draftOf(model, serving) : undefined;
  if (draft !== undefined) addDraft(scenario, plan, draft, drafts, ops);
  return isLast ? programFrom(ops, ops.length) : programFrom([...ops, op("send", -1, endsOf(ops))], ops.length);
}

/** Adds to `ops` the passes of `draft`: the first over all tokens of the pass, each further one over the last of each sequence. Source: docs/models/scheduling.md#speculative-decoding. */
function addDraft(scenario: Scenario, plan: Plan, { model, inFeatures, isParallel }: Draft, drafts: number, ops: Op[]): void {
  const layers = layersOf(
    { ...scenario, model },
    plan,
    Array.from({ length: model.layers }, (_, layer) => layer),
  );
  const { layers: target } = scenario.model;
  for (let pass = 0; pass < (isParallel ? 1 : drafts); pass++) {
    const part = pass === 0 ? FIRST_DRAFT : NEXT_DRAFTS;
    if (inFeatures > 0) ops.push(ofDraft(op("draft-input", -1), part, endsOf(ops)));
    const first = endsOf(ops);
    const before = ops.length;
    for (const each of layers) {
      const after = each.after.length > 0 ? each.after.map((at) => at + before) : first;
      ops.push({ ...ofDraft(each, part, after), layer: target - 1 }); // experts are chosen as in the last layer
    }
    if (model.vocabulary !== undefined) ops.push(ofDraft(op("head", -1), part, endsOf(ops)));
  }
}

/** A program of `ops`, `beforeSend` of which come before the send. */
export function programFrom(ops: readonly Op[], beforeSend: number): Program {
  const last = [-1, -1];
  const laneBefore = Int32Array.from(ops, ({ lane }, at) => {
    const before = last[lane]!;
    last[lane] = at;
    return before;
  });
  const laneLast = last.filter((at) => at >= 0).sort((a, b) => a - b);
  return { ops, laneBefore, laneLast, beforeSend };
}

/** Places of the ops that none comes after, but for moves, which no op waits for. */
function endsOf(ops: readonly Op[]): number[] {
  const followed = new Set(ops.flatMap(({ after }) => after));
  return ops.flatMap(({ work }, at) => (followed.has(at) || work === "move" ? [] : [at]));
}

function lastOf(count: number): number[] {
  return count === 0 ? [] : [count - 1];
}
