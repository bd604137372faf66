import type { Crowd } from "../capacity/overflow.ts";

/** Sets of experts that can stand in for each other. */
export interface Regions {
  readonly count: number;
  /** [experts] */
  readonly ofExpert: Int32Array;
  /** Offsets into `members`: region r has members[offsets[r]] … members[offsets[r + 1] − 1], rising. */
  readonly offsets: Int32Array;
  readonly members: Int32Array;
}

const known = new WeakMap<Int32Array, Regions>();
const whole = new Map<number, Regions>();

/** Regions of the experts of a crowd, computed once for each array of regions. */
export function regionsOf({ experts, regions }: Crowd): Regions {
  const found = regions === undefined ? whole.get(experts) : known.get(regions);
  if (found !== undefined) return found;
  const made = sorted(regions ?? new Int32Array(experts));
  if (regions === undefined) whole.set(experts, made);
  else known.set(regions, made);
  return made;
}

function sorted(ofExpert: Int32Array): Regions {
  const count = ofExpert.reduce((most, region) => Math.max(most, region + 1), 0);
  const members = Int32Array.from(ofExpert.keys()).sort((a, b) => ofExpert[a]! - ofExpert[b]! || a - b);
  const offsets = new Int32Array(count + 1);
  for (const region of ofExpert) offsets[region + 1]!++;
  for (let r = 0; r < count; r++) offsets[r + 1]! += offsets[r]!;
  return { count, ofExpert, offsets, members };
}
