import { isFollowed, type Scenario } from "@tokenyard/scenario";
import type { Impossible, Parameters, Point } from "./point.ts";

/** Bases of points whose scenarios were not requested yet. */
const bases = new WeakMap<Point, Scenario>();
/** Whether values follow those at paths (a line each), by bases. */
const followed = new WeakMap<Scenario, Map<string, boolean>>();
/** Origins of all points that have one. */
const origins = new WeakMap<Point, Scenario>();

/**
 * The point of `base` under `parameters`. `change` makes its scenario on first use, so that a thread or a machine that has the base can
 * make it instead. If other values of the base follow the changed ones, only this function can.
 */
export function changedPoint(
  index: number,
  parameters: Parameters,
  base: Scenario,
  change: (parameters: Parameters) => Scenario | Impossible,
): Point {
  let made: Scenario | Impossible | undefined;
  const point: Point = {
    index,
    parameters,
    get scenario() {
      made ??= change(parameters);
      bases.delete(point);
      return made;
    },
  };
  if (!areFollowed(base, parameters)) bases.set(point, base);
  origins.set(point, base);
  return point;
}

function areFollowed(base: Scenario, parameters: Parameters): boolean {
  const known = followed.get(base) ?? new Map<string, boolean>();
  followed.set(base, known);
  const paths = Object.keys(parameters);
  const key = paths.join("\n");
  const isKnown = known.get(key) ?? isFollowed(base, paths);
  known.set(key, isKnown);
  return isKnown;
}

/** Base scenario in which the parameters of `point` are set; undefined if the point has a complete scenario of its own. */
export function baseOf(point: Point): Scenario | undefined {
  return bases.get(point);
}

/** The scenario that the one of `point` is a change of, made or not; undefined for a point that came with its own. */
export function originOf(point: Point): Scenario | undefined {
  return origins.get(point);
}
