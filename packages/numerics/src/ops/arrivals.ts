import { gathersCopies, gathersTokens, type Plan } from "@tokenyard/placement";
import type { Stage } from "../stage.ts";
import type { Visit } from "../visit.ts";

/** Whether the gate of the layer has said where the rank's tokens go; if not, that is found. */
export function hasChosen(stage: Stage, { choices, rank }: Visit, layer: number): boolean {
  if (choices?.layer === layer) return true;
  stage.found({ rank: rank.id, stage: stage.position, layer, work: "gate", what: "no experts have been chosen" });
  return false;
}

/** The place in an exchange group of the source that rank `e` of the experts' ranks belongs to, for tokens of source number `from`; −1: another group reaches it. */
export function memberOf({ sourceRanks, tensor }: Plan, from: number, e: number, share: number): number {
  const parts = tensor / sourceRanks; // sources that share an expert
  if (parts > 1) return e * parts + (from % parts);
  const places = sourceRanks / tensor; // experts' ranks of a source
  return e % places === share ? Math.floor(e / places) : -1;
}

/** Sources that share an expert. */
export function partsOf({ sourceRanks, tensor }: Plan): number {
  return Math.max(1, tensor / sourceRanks);
}

/**
 * Checks that every copy for a rank's slots has arrived exactly once; with `ownPart`, those sent to its own source, before they are
 * gathered.
 */
export function checkArrived(stage: Stage, visit: Visit, layer: number, ownPart = false): void {
  const { plan, visits, model } = stage;
  const { rank } = visit;
  const { rankOf, expertIn } = plan.expertPlacement!.slots(layer);
  const { topK } = model.experts!;
  const e = Math.floor(rank.local / plan.tensor);
  const times = new Map<string, number>();
  for (const { source, row, slots } of visit.arrived ?? []) {
    for (const slot of slots) times.set(`${source}/${row}/${slot}`, (times.get(`${source}/${row}/${slot}`) ?? 0) + 1);
  }
  const place = rank.local % plan.sourceRanks;
  const parts = partsOf(plan);
  for (let source = 0; source < plan.sources; source++) {
    if (ownPart && source % parts !== Math.floor(rank.local / plan.sourceRanks) % parts) continue;
    const { choices, gateFrom, tokens } = visits[source * plan.sourceRanks + place]!;
    for (let copy = 0; copy < (choices?.slots.length ?? 0); copy++) {
      const slot = choices!.slots[copy]!;
      if (slot < 0 || rankOf[slot] !== e) continue;
      const row = Math.floor(copy / topK);
      const came = times.get(`${source}/${row}/${slot}`) ?? 0;
      if (came === 1) continue;
      const what = `token ${tokens.id[gateFrom + row]} for expert ${expertIn[slot]} ${came === 0 ? "has not come" : `has come ${came} times`}`;
      stage.found({ rank: rank.id, stage: stage.position, layer, work: workOf(plan, source, rank.local), what });
      return; // one a rank: the others have the same cause
    }
  }
}

/** The op that brings a rank the copies of `source`. */
function workOf(plan: Plan, source: number, local: number) {
  if (gathersTokens(plan)) return "gather-tokens";
  const parts = partsOf(plan);
  const isOwnPart = source % parts === Math.floor(local / plan.sourceRanks) % parts;
  return gathersCopies(plan) && !isOwnPart ? "gather-copies" : "dispatch";
}
