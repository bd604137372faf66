import { gathersTokens, reducesCopies } from "@tokenyard/placement";
import type { Work } from "@tokenyard/program";
import type { Stage } from "../stage.ts";
import type { PendingSum, Visit } from "../visit.ts";
import { digitNumbers, mark, timesIn } from "./shard-digits.ts";

/** Shards whose parts sums may have: experts × ranks that share one, and the ranks of a data group. */
export function shardsOf({ plan, model }: Pick<Stage, "plan" | "model">): number {
  return (model.experts?.count ?? 0) * plan.tensor + plan.attentionTensor;
}

const HALVES = { mixer: 0, dense: 1, experts: 2 } as const;

/** Adds pending rows to the residual, and checks that each sum has every part once. */
export function settle(stage: Stage, visit: Visit): void {
  const { pending, residual } = visit;
  if (pending === undefined) return;
  if (pending.kind === "experts") {
    checkComputed(stage, visit, pending.layer);
    checkSentBack(stage, visit, pending.layer);
  }
  visit.pending = undefined;
  visit.settled.add(`${pending.layer}/${pending.kind}`);
  stage.layerBefore = pending.layer;
  const { width, formats } = stage;
  const held = visit.to - visit.from;
  const isPart = pending.rows.length !== held; // rows of its slice only, as those of others are not gathered yet
  const first = isPart ? visit.gateFrom - visit.from : 0;
  if (isPart) {
    const what = `results of ${held - pending.rows.length} of ${held} tokens are missing`;
    stage.found({ rank: visit.rank.id, stage: stage.position, layer: pending.layer, work: "all-gather", what });
  }
  const wanted = new Float64Array(stage.stride);
  if (pending.kind !== "experts") markSplit(stage, wanted, 0);
  for (const [i, row] of pending.rows.entries()) {
    if (pending.kind === "experts") markExperts(stage, visit, i, wanted);
    compare(stage, visit, pending, first + i, row, wanted);
    const at = (first + i) * width;
    if (row !== undefined) {
      formats.handOn(row, 0, width);
      for (let c = 0; c < width; c++) residual[at + c]! += row[c]!;
      formats.handOn(residual, at, width);
      if (!formats.isExact) checkFinite(stage, visit, pending, first + i);
    }
    stage.observe(visit, pending.layer, HALVES[pending.kind], visit.from + first + i, residual, at);
  }
  if (pending.kind === "experts") visit.choices = undefined;
}

/** Looks whether the numbers of a row behind a half of a layer are finite. */
function checkFinite(
  { position, width, notFinite }: Stage,
  { rank, residual, from, tokens }: Visit,
  pending: PendingSum,
  row: number,
): void {
  for (let at = row * width; at < (row + 1) * width; at++) {
    if (Number.isFinite(residual[at]!)) continue;
    const work = pending.kind === "mixer" ? "attention" : pending.kind;
    notFinite(`rank ${rank.id}, stage ${position}, layer ${pending.layer}, ${work}: token ${tokens.id[from + row]} has ${residual[at]}`);
    return;
  }
}

/** Checks that the experts of a layer have computed before their results are added up; once. */
export function checkComputed({ found, position }: Stage, visit: Visit, layer: number): void {
  if (visit.hasComputed) return;
  visit.hasComputed = true;
  found({ rank: visit.rank.id, stage: position, layer, work: "experts", what: "nothing was computed" });
}

/** Checks that results for other ranks were sent before those here are added up. */
export function checkSentBack({ found, position, plan }: Stage, visit: Visit, layer: number): void {
  const kept = visit.results?.length ?? 0;
  visit.results = undefined;
  if (kept === 0) return;
  const work = gathersTokens(plan) ? "scatter-tokens" : "combine";
  found({ rank: visit.rank.id, stage: position, layer, work, what: `results of ${kept} tokens have not gone back` });
}

function markSplit({ plan, width }: Stage, wanted: Float64Array, first: number): void {
  for (let place = 0; place < plan.attentionTensor; place++) mark(wanted, width, first + place);
}

function markExperts({ plan, model, width, stride }: Stage, { choices }: Visit, row: number, wanted: Float64Array): void {
  const { count, topK, shared } = model.experts!;
  wanted.fill(0, width, stride);
  for (let k = row * topK; k < (row + 1) * topK; k++) {
    if ((choices?.slots[k] ?? -1) < 0) continue;
    for (let j = 0; j < plan.tensor; j++) mark(wanted, width, choices!.experts[k]! * plan.tensor + j);
  }
  if (shared > 0) for (let place = 0; place < plan.sharedTensor; place++) mark(wanted, width, count * plan.tensor + place);
}

function compare(stage: Stage, visit: Visit, pending: PendingSum, i: number, row: Float64Array | undefined, wanted: Float64Array): void {
  const { width, stride } = stage;
  let isWhole = row !== undefined;
  for (let c = width; c < stride && isWhole; c++) isWhole = row![c] === wanted[c];
  if (isWhole) return;
  const shards = shardsOf(stage);
  const token = visit.tokens.id[visit.from + i]!;
  for (let shard = 0; shard < shards; shard++) {
    const times = row === undefined ? 0 : timesIn(row, width, shard);
    const due = timesIn(wanted, width, shard);
    if (times === due) continue;
    const state =
      times === 0 ? "missing from the sum" : due === 0 ? "in the sum of a token that did not choose it" : `in the sum ${timesText(times)}`;
    const { rank } = visit;
    const work = workOf(stage, visit, pending, shard);
    stage.found({
      rank: rank.id,
      stage: stage.position,
      layer: pending.layer,
      work,
      what: `${shardText(stage, pending, shard)} of token ${token} is ${state}`,
    });
    return; // one a row: the others have the same cause
  }
}

function timesText(times: number): string {
  return times === 2 ? "twice" : `${times} times`;
}

function shardText({ plan, model }: Stage, { kind }: PendingSum, shard: number): string {
  if (kind === "mixer") return `head shard ${shard}`;
  if (kind === "dense") return `dense shard ${shard}`;
  const routed = model.experts!.count * plan.tensor;
  if (shard >= routed) return `shared shard ${shard - routed}`;
  const expert = Math.floor(shard / plan.tensor);
  return plan.tensor === 1 ? `expert ${expert}` : `expert ${expert} shard ${shard % plan.tensor}`;
}

/** Whether ranks that all have an expert's whole sum return equal shares of it, as sums of shared experts are closed over all ranks. */
export function returnsShares(plan: Stage["plan"], { experts }: Stage["model"]): boolean {
  return reducesCopies(plan) && plan.sourceRanks > plan.tensor && experts!.shared > 0;
}

/** The op that brings the part of `shard` to this rank, or that ought to have. */
function workOf({ plan, model, specs }: Stage, { rank }: Visit, { kind, layer }: PendingSum, shard: number): Work {
  const isOwn = shard === rank.local % plan.attentionTensor;
  const scatters = plan.sequenceParallel === "reduce-scatter" && specs[layer]!.routed;
  if (kind === "dense") return isOwn ? "dense" : scatters ? "reduce-scatter" : "reduce-dense";
  if (kind === "mixer") return isOwn ? "attention" : scatters && specs[layer]!.dense === undefined ? "reduce-scatter" : "reduce-attention";
  const routed = model.experts!.count * plan.tensor;
  if (shard >= routed) {
    if (shard - routed === rank.local % plan.sharedTensor) return "shared";
    return reducesCopies(plan) && plan.sourceRanks === plan.tensor ? "reduce-experts" : "reduce-combine";
  }
  const { slotsOf, firstOf, rankOf } = plan.expertPlacement!.slots(layer);
  const expert = Math.floor(shard / plan.tensor);
  const holder = rankOf[slotsOf[firstOf[expert]!]!]! * plan.tensor + (shard % plan.tensor);
  if (plan.exchange === "all-reduce" && plan.sources === 1) return holder === rank.local ? "experts" : "reduce-combine";
  const returnsOwn = !reducesCopies(plan) || returnsShares(plan, model); // each rank its own shard's part, none the whole sum
  const isOfExchange = returnsOwn
    ? holder % plan.sourceRanks === rank.local % plan.sourceRanks
    : Math.floor((holder % plan.sourceRanks) / plan.tensor) === Math.floor((rank.local % plan.sourceRanks) / plan.tensor);
  if (!isOfExchange) return "reduce-combine";
  return gathersTokens(plan) ? "scatter-tokens" : "combine";
}

/** Numbers behind those of a row. */
export function tailOf(stage: Pick<Stage, "plan" | "model">): number {
  return digitNumbers(shardsOf(stage));
}

/** A rank that ought to hold the rows of all its data group's tokens has zeros for those that it does not. */
export function makeWhole(stage: Stage, visit: Visit): void {
  const { count } = visit.tokens;
  if (visit.to - visit.from === count) return;
  const { rank } = visit;
  const what = `rows of ${count - visit.to + visit.from} of ${count} tokens are missing`;
  stage.found({ rank: rank.id, stage: stage.position, layer: stage.layerBefore, work: "all-gather", what });
  const whole = new Float64Array(count * stage.width);
  whole.set(visit.residual, visit.from * stage.width);
  visit.residual = whole;
  visit.from = 0;
  visit.to = count;
}
