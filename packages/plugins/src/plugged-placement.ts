import { layerKinds } from "@tokenyard/model";
import { byLayer, type ExpertPlacement, type ExpertRanks, type ExpertShares } from "@tokenyard/placement";
import type { ModelSpec } from "@tokenyard/scenario";
import type { PlacingPolicy } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/** Places the experts of all layers on the ranks of a plan, whose expected shares of copies are known or not. */
export type PlacementOver = (ranks: ExpertRanks, shares: ExpertShares) => ExpertPlacement;

/** A placement of a plug-in, which is checked: each expert has a slot, and no rank has one twice. */
export function pluggedPlacement(own: PlacingPolicy, model: ModelSpec, asked: Asked): PlacementOver {
  const count = model.experts!.count;
  return (ranks, shares) =>
    byLayer(
      count,
      layerKinds(model).map((kind, layer) => {
        if (kind !== "moe") return undefined;
        const held = answered(asked, () => own.place({ layer, experts: count, ranks: ranks.expert, shares: shares(layer) }));
        const problem = problemOf(held, count, ranks.expert);
        if (problem !== undefined) throw new PluginFault(asked.plugin, asked.door, `layer ${layer}: ${problem}`);
        return held;
      }),
    );
}

function problemOf(held: readonly (readonly number[])[], experts: number, ranks: number): string | undefined {
  if (!Array.isArray(held) || held.length !== ranks || !held.every(Array.isArray)) return `it gave no list for each of ${ranks} ranks`;
  const placed = new Set<number>();
  for (const [rank, slots] of held.entries()) {
    for (const expert of slots) {
      if (!Number.isInteger(expert) || expert < 0 || expert >= experts)
        return `rank ${rank} has expert ${String(expert)}; wanted 0 to ${experts - 1}`;
      placed.add(expert);
    }
    if (new Set(slots).size < slots.length) return `rank ${rank} has an expert twice`;
  }
  for (let expert = 0; expert < experts; expert++) if (!placed.has(expert)) return `expert ${expert} has no slot`;
  return undefined;
}
