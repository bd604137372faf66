import { gathersCopies, reducesCopies } from "@tokenyard/placement";
import type { Stage } from "../stage.ts";
import { timesIn } from "../sums/shard-digits.ts";
import type { Parcel, Visit } from "../visit.ts";

/** Looks whether results that return hold all parts that were to be added up before. */
export function checkReturned(stage: Stage, { rank }: Visit, { numbers, slots, token }: Parcel, layer: number): void {
  const { plan, width } = stage;
  const work = reducesCopies(plan) ? "reduce-experts" : gathersCopies(plan) ? "scatter-copies" : undefined;
  if (work === undefined) return;
  const { expertIn } = plan.expertPlacement!.slots(layer);
  const step = work === "reduce-experts" ? 1 : plan.sourceRanks; // those with its own place on each source
  for (const slot of slots) {
    const expert = expertIn[slot]!;
    for (let shard = work === "reduce-experts" ? 0 : rank.local % plan.sourceRanks; shard < plan.tensor; shard += step) {
      const times = timesIn(numbers, width, expert * plan.tensor + shard);
      if (times === 1) continue;
      const state = times === 0 ? "missing from what returns" : `in what returns ${times === 2 ? "twice" : `${times} times`}`;
      const what = `expert ${expert} shard ${shard} of token ${token} is ${state}`;
      stage.found({ rank: rank.id, stage: stage.position, layer, work, what });
      return;
    }
  }
}
