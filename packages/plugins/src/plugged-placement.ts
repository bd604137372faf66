import { layerKinds } from "@tokenyard/model";
import { byLayer, type ExpertPlacement, type ExpertRanks, type ExpertShares, heldIn, placeExperts } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { PlacingPolicy } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/** Places the experts of all layers on the ranks of a plan, whose expected shares of copies are known or not. */
export type PlacementOver = (ranks: ExpertRanks, shares: ExpertShares) => ExpertPlacement;

/** A placement of a plug-in, which is checked: each expert has a slot. `builtIn` makes that of `scenario`. */
export function pluggedPlacement(scenario: Scenario, asked: Asked, create: (builtIn: () => PlacingPolicy) => PlacingPolicy): PlacementOver {
  const count = scenario.model.experts!.count;
  let inner: () => ExpertPlacement;
  const own = create(() => ({ place: ({ layer }) => heldIn(inner().slots(layer)) }));
  return (ranks, shares) => {
    let ours: ExpertPlacement | undefined;
    inner = () => (ours ??= placeExperts(scenario, ranks, shares));
    return byLayer(
      count,
      layerKinds(scenario.model).map((kind, layer) => {
        if (kind !== "moe") return undefined;
        const held = answered(asked, () => own.place({ layer, experts: count, ranks: ranks.expert, shares: shares(layer) }));
        const problem = problemOf(held, count, ranks.expert);
        if (problem !== undefined) throw new PluginFault(asked.plugin, asked.door, `layer ${layer}: ${problem}`);
        return held;
      }),
    );
  };
}

function problemOf(held: readonly (readonly number[])[], experts: number, ranks: number): string | undefined {
  if (!Array.isArray(held) || held.length !== ranks || !held.every(Array.isArray)) return `it gave no list for each of ${ranks} ranks`;
  const placed = new Set<number>();
  for (const [rank, slots] of held.entries()) {
    for (const expert of slots) {
      if (!Number.isInteger(expert) || expert < -1 || expert >= experts)
        return `rank ${rank} has expert ${String(expert)}; wanted 0 to ${experts - 1}, or -1 for none`;
      placed.add(expert);
    }
  }
  for (let expert = 0; expert < experts; expert++) if (!placed.has(expert)) return `expert ${expert} has no slot`;
  return undefined;
}
