import { copiesOf } from "./copies.ts";
import { packed } from "./packing.ts";

export interface EplbSpec {
  /** Slots of all ranks together, no fewer than experts. */
  readonly slots: number;
  readonly ranks: number;
  /** Groups of experts that are kept together on a node, and the nodes of the ranks, in order; 1 each for none. */
  readonly groups: number;
  readonly nodes: number;
}

/**
 * Experts of each rank [ranks][slots] for `loads` [experts]: groups of experts are packed onto nodes; within a node spare slots are copies
 * of the busiest experts, and slots are packed onto ranks. If nodes do not divide groups and ranks and slots, everything is one node and
 * one group. Ranks may have one slot more than others, and two copies of one expert. Source: EPLB (deepseek-ai/EPLB), rebalance_experts,
 * global and hierarchical.
 */
export function eplb(loads: ArrayLike<number>, { slots, ranks, groups, nodes }: EplbSpec): number[][] {
  const experts = loads.length;
  const divides = groups % nodes === 0 && experts % groups === 0 && ranks % nodes === 0 && slots % ranks === 0;
  if (!divides || nodes === 1)
    return onNode(
      loads,
      Array.from(loads, (_, x) => x),
      slots,
      ranks,
    );
  const ofGroup = experts / groups;
  const groupLoads = Float64Array.from({ length: groups }, (_, g) => {
    let sum = 0;
    for (let x = g * ofGroup; x < (g + 1) * ofGroup; x++) sum += loads[x]!;
    return sum;
  });
  const onNodes = packed(groupLoads, new Array<number>(nodes).fill(groups / nodes));
  return onNodes.flatMap((own) => {
    const held = own.flatMap((g) => Array.from({ length: ofGroup }, (_, i) => g * ofGroup + i));
    return onNode(loads, held, slots / nodes, ranks / nodes);
  });
}

/** `held`: the experts of a node. */
function onNode(loads: ArrayLike<number>, held: readonly number[], slots: number, ranks: number): number[][] {
  const fuller = slots % ranks;
  return eplbInto(
    loads,
    held,
    Array.from({ length: ranks }, (_, e) => Math.floor(slots / ranks) + (e < fuller ? 1 : 0)),
  );
}

/** EPLB's placement of the experts `held` into ranks with `room` [ranks] free slots, of which there are at least as many as experts. */
export function eplbInto(loads: ArrayLike<number>, held: readonly number[], room: readonly number[]): number[][] {
  const slots = room.reduce((sum, own) => sum + own, 0);
  const own = Float64Array.from(held, (x) => loads[x]!);
  const copies = copiesOf(own, slots);
  const expertOf = held.flatMap((x, i) => new Array<number>(copies[i]!).fill(x));
  const weights = held.flatMap((_, i) => new Array<number>(copies[i]!).fill(own[i]! / copies[i]!));
  return packed(weights, room).map((items) => items.map((item) => expertOf[item]!));
}
