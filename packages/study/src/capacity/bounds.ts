import type { Evidence } from "./evidence.ts";
import { rounded } from "./highest.ts";

/** Search for the loads up to which a plan surely holds, and from which it surely fails. */
export interface BoundsSearch {
  /** Load that a search over few seeds has found, around which the bounds are looked for. */
  readonly around: number;
  readonly from: number;
  readonly to: number;
  readonly isWhole: boolean;
  /** Share between two loads that are tried. */
  readonly step: number;
  /** Seeds of each look at a load. */
  readonly looks: readonly number[];
  /** Evidence of `seeds` fresh seeds at a load; undefined when the search was stopped. */
  evidence(value: number, seeds: number): Promise<Evidence | undefined>;
}

/** Loads between which the seeds do not decide. */
export interface LoadBounds {
  /** The highest load tried that is surely met; null where none is. */
  readonly holdsTo: number | null;
  /** The lowest load tried that is surely missed; null where none is, or where runs below it are too short to say. */
  readonly failsFrom: number | null;
}

/** Steps on one side that are tried at most: a factor of 8 at 7 %. */
const MOST_STEPS = 30;

/** Steps down from `around` until a load is met, and up until one is missed, with more seeds where few do not say. Source: docs/capacity.md. */
export async function loadBounds({ around, from, to, isWhole, step, looks, evidence }: BoundsSearch): Promise<LoadBounds> {
  const known = new Map<number, Evidence | undefined>();
  const look = async (value: number, wanted: Evidence): Promise<Evidence | undefined> => {
    let found = known.get(value);
    for (const seeds of looks) {
      if (found !== undefined && found !== "not-enough-evidence") break;
      found = await evidence(value, seeds);
      if (found === undefined) return undefined;
      if (found !== wanted && found !== "not-enough-evidence") break;
    }
    known.set(value, found);
    return found;
  };
  const next = (value: number, factor: number) => {
    const moved = value * factor;
    const whole = factor < 1 ? Math.min(Math.floor(moved), value - 1) : Math.max(Math.ceil(moved), value + 1);
    return Math.min(Math.max(isWhole ? whole : rounded(moved), from), to);
  };
  const walk = async (start: number, factor: number, wanted: Evidence): Promise<number | null> => {
    let value = start;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const found = await look(value, wanted);
      if (found === undefined) return null;
      if (found === wanted) return value;
      if (found === "too-short" && factor > 1) return null; // a higher load ends sooner still
      const moved = next(value, factor);
      if (moved === value) return null;
      value = moved;
    }
    return null;
  };
  const holdsTo = await walk(around, 1 / (1 + step), "met");
  const failsFrom = await walk(next(around, 1 + step), 1 + step, "missed");
  return { holdsTo, failsFrom };
}
