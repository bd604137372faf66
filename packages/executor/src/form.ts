/** Numbers of each context on a tape; each op of one takes the same time on all ranks of a key. */
export type Counts = Float64Array;

/** Ops from where all ranks are level to where all wait for each other next: the last data group to arrive ends it. */
export interface FormSegment {
  /** How many of a pass are alike. */
  times: number;
  readonly counts: Counts;
  /** [data groups] time of its slowest rank, without contexts */
  readonly restNs: Float64Array;
  /** [data groups × op kinds] the same along the critical path; and the kinds that it has. */
  readonly spentNs: Float64Array;
  readonly kinds: readonly number[];
  /** Contexts that it has, beside the one that grows. */
  readonly others: readonly number[];
  /** The last data group without these, and its time. */
  readonly lastGroup: number;
  readonly longestNs: number;
}

/** When ranks end, counted from the start of the last segment: without contexts, and the contexts that they have seen, those that the slowest of their data group saw before they met it last apart. */
export interface RankEnds {
  /** [ranks] */
  readonly valueNs: Float64Array;
  readonly counts: Counts;
  readonly leadCounts: Counts;
}

/** Number of the context that grows from pass to pass; the others are the same in all passes. */
export const GROWING = 0;

/**
 * A tape whose rows are known except for contexts, in max-plus algebra: a pass takes `fixedNs`, and each segment the time of its last data
 * group. No rank is idle between its ops, except for ops that are hidden beside others.
 */
export interface Form {
  /** Kinds of ops that it has. */
  readonly kinds: readonly number[];
  readonly fixedNs: number;
  /** [op kinds] the same along the critical path */
  readonly fixedSpentNs: Float64Array;
  /** The last one ends the pass. Of one data group there is one, and nothing is fixed. */
  readonly segments: readonly FormSegment[];
  readonly tail: RankEnds;
  /** [lanes] when each has ended its last op; undefined where it has none. */
  readonly lanes: readonly (RankEnds | undefined)[];
  /** Whether all ranks end together, by the same way. */
  readonly endsLevel: boolean;
  /** [ranks] part of the rank's last end that it waited rather than worked, without contexts; may be negative */
  readonly waitedNs: Float64Array;
}

export function copyEnds({ valueNs, counts, leadCounts }: RankEnds): RankEnds {
  return { valueNs: valueNs.slice(), counts: counts.slice(), leadCounts: leadCounts.slice() };
}

/** A segment of these columns, for `opKinds` kinds of ops. */
export function segmentOf(counts: Counts, restNs: Float64Array, spentNs: Float64Array, opKinds: number): FormSegment {
  let lastGroup = 0;
  for (let g = 1; g < restNs.length; g++) if (restNs[g]! > restNs[lastGroup]!) lastGroup = g;
  const kinds = Array.from({ length: opKinds }, (_, kind) => kind).filter((kind) => {
    for (let at = kind; at < spentNs.length; at += opKinds) if (spentNs[at]! > 0) return true;
    return false;
  });
  const others = Array.from(counts.keys()).filter((c) => c !== GROWING && counts[c]! > 0);
  return { times: 1, counts, restNs, spentNs, kinds, others, lastGroup, longestNs: restNs[lastGroup]! };
}

/** Whether two segments differ in how often they are in a pass at most. */
export function areAlike(a: FormSegment, b: FormSegment): boolean {
  return areEqual(a.counts, b.counts) && areEqual(a.restNs, b.restNs) && areEqual(a.spentNs, b.spentNs);
}

function areEqual(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
