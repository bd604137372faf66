import type { Unit } from "@tokenyard/scenario";
import type { Parameters } from "../../points/point.ts";
import { type AssumedRange, writtenIn } from "./assumed-range.ts";

/** An assumption at another value than the one assumed. */
export interface Move {
  readonly range: AssumedRange;
  readonly value: number;
}

/** A value of an assumption, as it is printed. */
export interface ChangedValue {
  readonly path: string;
  readonly unit: Unit | "";
  readonly value: number;
}

/** A reading of the plan, with its settings, those of the claim, and the assumptions that are moved. */
export interface Stand {
  readonly reading: string | undefined;
  readonly parameters: Parameters;
  readonly ranges: readonly AssumedRange[];
  /** Paths of all assumptions that may be moved there, whether or not that pays off. */
  readonly free: ReadonlySet<string>;
  /** Name of the reachable points: equal for readings that differ only in what may be moved. */
  readonly box: string;
}

/** A point of the search: several assumptions at other values at once, under one reading. */
export interface Corner {
  readonly stand: Stand;
  /** Changes by path. */
  readonly moves: ReadonlyMap<string, Move>;
}

/** Values of the scenario at `corner`; with `share` only that share of the way from the assumed values. */
export function settingsOf(corner: Corner, share = 1): Parameters {
  const { stand } = corner;
  const changes = changesOfCorner(corner, share).map((change) => [change.path, writtenIn(change, change.value)] as const);
  return changes.length === 0 ? stand.parameters : { ...stand.parameters, ...Object.fromEntries(changes) };
}

/** `corner` with `range` at `value`; at the assumed one it is no change. */
export function movedTo(corner: Corner, range: AssumedRange, value: number): Corner {
  const moves = new Map(corner.moves);
  if (value === range.assumed) moves.delete(range.path);
  else moves.set(range.path, { range, value });
  return { ...corner, moves };
}

/** Changes of `corner` in the order of the assumptions, without those that may not be moved there. */
export function changesOfCorner({ stand, moves }: Corner, share = 1): ChangedValue[] {
  return stand.ranges.flatMap((range) => {
    const move = moves.get(range.path);
    return move === undefined ? [] : [{ path: range.path, unit: range.unit, value: valueAt(range, move.value, share) }];
  });
}

function valueAt({ assumed, isWhole }: AssumedRange, value: number, share: number): number {
  if (assumed === null || share === 1) return value;
  const between = assumed + share * (value - assumed);
  return isWhole ? Math.round(between) : between;
}
