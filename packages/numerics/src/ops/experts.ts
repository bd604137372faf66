import { reducesCopies } from "@tokenyard/placement";
import type { Stage } from "../stage.ts";
import { checkComputed } from "../sums/settle.ts";
import { mark } from "../sums/shard-digits.ts";
import type { Parcel, Visit } from "../visit.ts";
import { checkArrived, hasChosen } from "./arrivals.ts";
import { addFeedForward } from "./feed-forward.ts";

/** Applies the experts of a rank to the tokens that arrived, on each rank its shard's part. */
export function experts(stage: Stage, visit: Visit, layer: number): void {
  const { plan, stride } = stage;
  if (!hasChosen(stage, visit, layer)) return;
  visit.hasComputed = true;
  if (plan.exchange === "all-reduce" && plan.sources === 1) {
    for (const parcel of ownParcels(stage, visit, layer)) {
      const row = visit.pending!.rows[parcel.row] ?? new Float64Array(stride);
      visit.pending!.rows[parcel.row] = row;
      addExperts(stage, visit, layer, parcel, row);
    }
    return;
  }
  checkArrived(stage, visit, layer);
  visit.results = (visit.arrived ?? ownParcels(stage, visit, layer)).map((parcel) => {
    const row = new Float64Array(stride);
    addExperts(stage, visit, layer, parcel, row);
    return { ...parcel, numbers: row };
  });
}

/** Parcels of a rank's own tokens for its own slots, before any arrive. */
export function ownParcels(stage: Stage, visit: Visit, layer: number): Parcel[] {
  const { plan, width, model } = stage;
  const { rankOf } = plan.expertPlacement!.slots(layer);
  const { topK } = model.experts!;
  const { choices, normed, rank, tokens, gateFrom } = visit;
  const e = Math.floor(rank.local / plan.tensor);
  const parcels: Parcel[] = [];
  for (let row = 0; row < visit.gateTo - visit.gateFrom; row++) {
    const copies = Array.from({ length: topK }, (_, k) => row * topK + k).filter((copy) => {
      const slot = choices!.slots[copy]!;
      return slot >= 0 && rankOf[slot] === e;
    });
    if (copies.length === 0) continue;
    parcels.push({
      source: Math.floor(rank.local / plan.sourceRanks),
      row,
      token: tokens.id[gateFrom + row]!,
      slots: copies.map((copy) => choices!.slots[copy]!),
      weights: copies.map((copy) => choices!.weights[copy]!),
      part: 0,
      numbers: normed!.subarray(row * width, (row + 1) * width),
    });
  }
  return parcels;
}

/** Adds the results of the parcel's slots to `row`, with a mark for each. */
function addExperts({ plan, width, formats }: Stage, { rank }: Visit, layer: number, parcel: Parcel, row: Float64Array): void {
  const { offsets, expertIn } = plan.expertPlacement!.slots(layer);
  const e = Math.floor(rank.local / plan.tensor);
  const place = rank.local % plan.tensor;
  const held = rank.weights.layers.get(layer)!.slots;
  for (const [i, slot] of parcel.slots.entries()) {
    const weights = held[slot - offsets[e]!];
    if (weights === undefined) continue; // it is for another rank
    addFeedForward(formats, "experts", rank, weights, parcel.numbers, 0, parcel.weights[i]!, row);
    mark(row, width, expertIn[slot]! * plan.tensor + place);
  }
  formats.handOn(row, 0, width);
}

/** Sums results over the ranks that share an expert; with the shared experts of their own tokens, if these ranks are a data group. */
export function reduceExperts(stage: Stage, visits: readonly Visit[], layer: number): void {
  for (const visit of visits) checkComputed(stage, visit, layer);
  const { plan, collectives, width, model } = stage;
  const ranks = visits.map(({ rank }) => rank.id);
  const results = visits.map((visit) => visit.results ?? []);
  for (const [i, parcel] of results[0]!.entries()) {
    const sum = collectives.allReduce(
      ranks,
      results.map((own) => own[i]?.numbers),
      i,
      width,
    );
    for (const own of results) own[i] = { ...(own[i] ?? parcel), numbers: sum };
  }
  for (const [i, visit] of visits.entries()) visit.results = results[i]!;
  if (plan.attentionTensor !== plan.tensor || plan.sharedTensor === 1 || model.experts!.shared === 0 || !reducesCopies(plan)) return;
  const rows = visits[0]!.pending?.rows.length ?? 0;
  for (let i = 0; i < rows; i++) {
    const own = visits.map(({ pending }) => pending?.rows[i]);
    if (own.every((row) => row === undefined)) continue;
    const sum = collectives.allReduce(ranks, own, i, width);
    for (const { pending } of visits) if (pending !== undefined) pending.rows[i] = sum.slice();
  }
}
