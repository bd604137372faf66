import { reducesCopies } from "@tokenyard/placement";
import type { Stage } from "../stage.ts";
import { checkComputed, checkSentBack } from "../sums/settle.ts";
import type { PendingSum, Visit } from "../visit.ts";

/** Whether the pending sums of all `visits` are of this half of `layer`; others were never computed. */
export function arePending(
  { found, position, beginning }: Stage,
  visits: readonly Visit[],
  layer: number,
  half: PendingSum["kind"],
): boolean {
  const other = visits.find(({ pending, tokens }) => tokens.count > 0 && (pending?.layer !== layer || pending.kind !== half));
  if (other === undefined) return true;
  found({ rank: other.rank.id, stage: position, layer, work: beginning(layer, half), what: "nothing was computed that could be added up" });
  return false;
}

/** Adds up this half of `layer` over the `visits` of a group, all of which get the sums. */
export function reduceHalf(stage: Stage, visits: readonly Visit[], layer: number, half: PendingSum["kind"]): void {
  if (arePending(stage, visits, layer, half)) reduceAll(stage, visits);
}

/** Gives all `visits` of a group the sums of their pending rows. */
function reduceAll({ collectives, width, stride }: Stage, visits: readonly Visit[]): void {
  const ranks = visits.map(({ rank }) => rank.id);
  const zeros = new Float64Array(stride);
  const count = Math.max(...visits.map(({ pending }) => pending?.rows.length ?? 0));
  for (let i = 0; i < count; i++) {
    const rows = visits.map(({ pending }) => pending && (pending.rows[i] ?? zeros)); // ranks without a part of a token send zeros
    const sum = collectives.allReduce(ranks, rows, i, width);
    for (const { pending } of visits) if (pending !== undefined) pending.rows[i] = sum;
  }
}

/**
 * The sums that close a layer of experts. Where all ranks of an expert return its whole sum, those with the same place in each expert add up theirs; with shared
 * experts, which are split over all ranks, all do. Source: docs/models/exchanges.md#exchanges.
 */
export function reduceResults(stage: Stage, visits: readonly Visit[], layer: number): void {
  if (!arePending(stage, visits, layer, "experts")) return;
  for (const visit of visits) {
    checkComputed(stage, visit, layer);
    checkSentBack(stage, visit, layer);
  }
  const { plan, model } = stage;
  if (!reducesCopies(plan) || model.experts!.shared > 0) {
    reduceAll(stage, visits);
    return;
  }
  for (let place = 0; place < plan.tensor; place++) {
    reduceAll(
      stage,
      visits.filter((_, i) => i % plan.tensor === place),
    );
  }
}
