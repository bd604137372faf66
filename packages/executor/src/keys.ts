import type { Groups } from "@tokenyard/placement";

/** Ranks that see the same contexts at the same pace share a key: their data group, and by how much they are slow. */
export interface Keys {
  /** [ranks] */
  readonly of: Int32Array;
  /** [ranks] their data group */
  readonly groupOf: Int32Array;
  /** [keys] by how much contexts take longer */
  readonly factors: Float64Array;
  /** [keys] its data group */
  readonly groups: Int32Array;
  /** [data groups] its slowest key, which leads it */
  readonly leads: Int32Array;
  /** Whether any data group has several. */
  readonly areMixed: boolean;
}

/** Keys of `dataGroups` groups with equal numbers of neighbouring ranks, slowed down by `factors` [ranks]. */
export function keysOf(factors: Float64Array, dataGroups: number): Keys {
  const size = factors.length / dataGroups;
  const numbers = new Map<string, number>();
  const ofKeys: number[] = [];
  const groups: number[] = [];
  const of = Int32Array.from(factors, (factor, r) => {
    const group = Math.floor(r / size);
    const name = `${group}/${factor}`;
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    ofKeys[known] = factor;
    groups[known] = group;
    return known;
  });
  const leads = new Int32Array(dataGroups).fill(-1);
  for (const [key, g] of groups.entries()) if (leads[g]! < 0 || ofKeys[key]! > ofKeys[leads[g]!]!) leads[g] = key;
  return {
    of,
    groupOf: Int32Array.from(of, (key) => groups[key]!),
    factors: Float64Array.from(ofKeys),
    groups: Int32Array.from(groups),
    leads,
    areMixed: ofKeys.length > dataGroups,
  };
}

/** Whether any group has ranks of several data groups. */
export function crosses({ offsets, members }: Groups, { groupOf }: Keys): boolean {
  for (let g = 0; g + 1 < offsets.length; g++) {
    for (let m = offsets[g]!; m < offsets[g + 1]!; m++) if (groupOf[members[m]!] !== groupOf[members[offsets[g]!]!]) return true;
  }
  return false;
}
