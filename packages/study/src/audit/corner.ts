import type { Unit } from "@tokenyard/scenario";
import type { Parameters } from "../point.ts";
import { type AssumedRange, writtenIn } from "./assumed-range.ts";
import { isGiven } from "./turning-point.ts";

/** An assumption at another value than the one assumed. */
export interface Move {
  readonly range: AssumedRange;
  readonly value: number;
}

/** A value that an assumption takes, as it is told. */
export interface ChangedValue {
  readonly path: string;
  readonly unit: Unit | "";
  readonly value: number;
}

/** A way to read the plan, with what it and the claim set. */
export interface Stand {
  readonly reading: string | undefined;
  readonly parameters: Parameters;
}

/** A point of the search: several assumptions at other values at once, under one reading. */
export interface Corner {
  readonly stand: Stand;
  /** By path, what is changed. */
  readonly moves: ReadonlyMap<string, Move>;
}

/** Values of the scenario at `corner`; with `share` only so much of the way from what is assumed. What the reading sets is left alone. */
export function settingsOf({ stand: { parameters }, moves }: Corner, share = 1): Parameters {
  const free = [...moves.values()].filter(({ range }) => !isGiven(range.path, parameters));
  if (free.length === 0) return parameters;
  return { ...parameters, ...Object.fromEntries(free.map((move) => [move.range.path, writtenIn(move.range, valueAt(move, share))])) };
}

/** `corner` with `range` at `value`; at the assumed one it is no change. */
export function movedTo(corner: Corner, range: AssumedRange, value: number): Corner {
  const moves = new Map(corner.moves);
  if (value === range.assumed) moves.delete(range.path);
  else moves.set(range.path, { range, value });
  return { ...corner, moves };
}

/** The changes of `corner` in the order of `ranges`. */
export function changesOfCorner({ stand, moves }: Corner, ranges: readonly AssumedRange[], share = 1): ChangedValue[] {
  return ranges.flatMap((range) => {
    const move = moves.get(range.path);
    if (move === undefined || isGiven(range.path, stand.parameters)) return [];
    return [{ path: range.path, unit: range.unit, value: valueAt(move, share) }];
  });
}

function valueAt({ range: { assumed, isWhole }, value }: Move, share: number): number {
  if (assumed === null || share === 1) return value;
  const between = assumed + share * (value - assumed);
  return isWhole ? Math.round(between) : between;
}
