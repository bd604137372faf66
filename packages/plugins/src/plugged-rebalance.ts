import { type ExpertSlots, expertSlots, heldIn } from "@tokenyard/placement";
import type { RebalancingPolicy } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/** New slots of the experts of a layer to which `loads` [experts] came while they lay in `slots`; the same object where they stay. */
type Rebalanced = (loads: ArrayLike<number>, slots: ExpertSlots) => ExpertSlots;

/** The same for number `layer` by a policy that may ask `ours`, what stands in for it. */
export type Rebalance = (layer: number, loads: ArrayLike<number>, slots: ExpertSlots, ours: Rebalanced) => ExpertSlots;

/** A rebalancer of a plug-in, whose answers are checked: each rank keeps as many slots, and no expert loses its last one. `builtIn` makes what stands in. */
export function pluggedRebalance(asked: Asked, create: (builtIn: () => RebalancingPolicy) => RebalancingPolicy): Rebalance {
  let inner: RebalancingPolicy["rebalanced"];
  const own = create(() => ({ rebalanced: (layer) => inner(layer) }));
  return (layer, loads, slots, ours) => {
    inner = (of) => {
      const before = expertSlots(slots.experts, of.held, true);
      const after = ours(of.loads, before);
      return after === before ? undefined : heldIn(after);
    };
    const held = heldIn(slots);
    const after = answered(asked, () => own.rebalanced({ layer, loads: Array.from(loads), held: held.map((own) => [...own]) }));
    if (after === undefined) return slots;
    const problem = problemOf(after, held, slots);
    if (problem !== undefined) throw new PluginFault(asked.plugin, asked.door, `layer ${layer}: ${problem}`);
    return expertSlots(slots.experts, after, true);
  };
}

function problemOf(after: readonly (readonly number[])[], held: readonly (readonly number[])[], slots: ExpertSlots): string | undefined {
  if (!Array.isArray(after) || after.length !== held.length || !after.every(Array.isArray))
    return `it gave no list for each of ${held.length} ranks`;
  const { experts, missing } = slots;
  for (const [rank, own] of after.entries()) {
    if (own.length !== held[rank]!.length) return `rank ${rank} has ${own.length} slots; wanted ${held[rank]!.length}, as it has`;
    const wrong = own.find((expert) => !Number.isInteger(expert) || expert < -1 || expert >= experts);
    if (wrong !== undefined) return `rank ${rank} has expert ${String(wrong)}; wanted 0 to ${experts - 1}, or -1 for none`;
  }
  const placed = new Set(after.flat());
  const lost = Array.from({ length: experts }, (_, x) => x).find((x) => !placed.has(x) && !missing.includes(x));
  return lost === undefined ? undefined : `expert ${lost} has no slot`;
}
