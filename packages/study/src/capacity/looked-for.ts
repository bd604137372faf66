import type { Problem } from "@tokenyard/scenario";
import { rounded } from "./highest.ts";
import type { LoadKnob } from "./load-knob.ts";

/** How far from the scenario's own value is looked, unless the caller says where to. */
const FARTHEST_UP = 1_048_576;
const FARTHEST_DOWN = 1_024;
const FINEST = 1e-4;
/** How close the value that holds and the one that does not come, as a share, unless the caller says how. */
export const PRECISION = 0.05;

/** The lowest and the highest value to try, in the unit of the load. */
export interface Ends {
  readonly from?: number;
  readonly to?: number;
}

/** The range to search, with its problems. */
export function rangeOf(knob: LoadKnob, { from, to }: Ends): { from: number; to: number; problems: Problem[] } {
  const { least, most, own, isWhole } = knob;
  const problems: Problem[] = [];
  const given = { from, to };
  for (const key of ["from", "to"] as const) {
    const value = given[key];
    if (value === undefined) continue;
    const isFine = value >= least && value <= most && value > 0 && (!isWhole || Number.isInteger(value));
    if (!isFine) problems.push({ path: [key], given: String(value), wanted: wantedOf(knob) });
  }
  if (problems.length === 0 && from !== undefined && to !== undefined && from > to)
    problems.push({ path: ["to"], given: String(to), wanted: `no less than from, ${from}` });
  const lowest = from ?? Math.min(to ?? own, Math.max(least, rounded(own / FARTHEST_DOWN)));
  const highestValue = to ?? Math.max(from ?? own, Math.min(most, rounded(own * FARTHEST_UP)));
  return { from: isWhole ? Math.ceil(lowest) : lowest, to: isWhole ? Math.floor(highestValue) : highestValue, problems };
}

function wantedOf({ isWhole, most, unit, least }: LoadKnob): string {
  if (isWhole) return `a whole number from 1 to ${most}, the requests in all`;
  return unit === "" ? `a number from ${least} to ${most}` : `a positive quantity in ${unit}`;
}

/** Problems of a search's precision; `PRECISION` is legal. */
export function precisionProblems(precision = PRECISION): Problem[] {
  const isFine = precision >= FINEST && precision <= 1;
  return isFine ? [] : [{ path: ["precision"], given: String(precision), wanted: "a share from 0.01 % to 100 %" }];
}
