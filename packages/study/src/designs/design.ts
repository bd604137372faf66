import { Streams } from "@tokenyard/random";
import { type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import { type Axis, valueAt } from "../points/axis.ts";
import type { Parameters, ParameterValue } from "../points/point.ts";
import { tried, triedEach } from "../points/tried.ts";
import { cross } from "./cross.ts";
import { latinHypercube } from "./latin-hypercube.ts";
import { MOST_SOBOL_AXES, sobol } from "./sobol.ts";

/**
 * How the values of several axes are put together. `cross`: each with each; `zip`: the first of all, the second of all, …;
 * `latin-hypercube` and `sobol`: `points` points spread over the whole.
 */
export const DESIGNS = ["cross", "zip", "latin-hypercube", "sobol"] as const satisfies readonly DesignKind[];
export type DesignKind = NonNullable<Scenario["sweep"]>["mode"];

export interface Design {
  readonly kind: DesignKind;
  /** Points of latin-hypercube and sobol designs; the size of the others follows from their values. */
  readonly points?: number;
}

const MOST_POINTS = 10_000_000;

/** The parameters of every point of a design, in order. */
export interface PointParameters {
  readonly count: number;
  all(): Iterable<Parameters>;
}

/** The parameters of the points of a design. Throws all Problems at once. `seed` decides a Latin hypercube. */
export function parametersOf(axes: readonly Axis[], design: Design, seed: number): PointParameters {
  const problems: Problem[] = [];
  tried(problems, () => checkPoints(design));
  const made = tried(problems, () => laidOut(axes, design, seed));
  if (problems.length > 0 || made === undefined) throw new Problems(problems);
  if (made.count > MOST_POINTS)
    throw wrong(["vary"], `at most ${MOST_POINTS} points: fewer values or paths, or sobol`, `${made.count} points`);
  return made;
}

function checkPoints({ kind, points }: Design): void {
  const spread = kind === "latin-hypercube" || kind === "sobol";
  if (spread && points === undefined) throw wrong(["points"], `the number of points of ${kind}`);
  if (!spread && points !== undefined) throw wrong(["points"], `none with ${kind}: it has as many as its values give`, String(points));
  if (points !== undefined && !(Number.isSafeInteger(points) && points >= 1 && points <= MOST_POINTS)) {
    throw wrong(["points"], `a whole number from 1 to ${MOST_POINTS}`, String(points));
  }
}

function laidOut(axes: readonly Axis[], { kind, points }: Design, seed: number): PointParameters {
  switch (kind) {
    case "cross": {
      const levels = levelsOf(axes, kind);
      const sizes = levels.map((values) => values.length);
      return {
        count: sizes.reduce((product, size) => product * size, 1),
        all: () => mapped(cross(sizes), (at) => chosen(axes, levels, at)),
      };
    }
    case "zip": {
      const levels = levelsOf(axes, kind);
      const count = levels[0]?.length ?? 1;
      triedEach(levels, ({ length }, i) => {
        if (length === count) return;
        throw wrong(["vary", axes[i]!.path], `${count} values, as ${axes[0]!.path} has: zip takes them in step`, `${length} values`);
      });
      return {
        count,
        all: () =>
          mapped(Array(count).keys(), (i) =>
            chosen(
              axes,
              levels,
              axes.map(() => i),
            ),
          ),
      };
    }
    case "latin-hypercube": {
      const names = axes.map(({ path }) => path);
      return { count: points!, all: () => mapped(latinHypercube(names, points!, new Streams(seed)), (at) => spreadOver(axes, at)) };
    }
    case "sobol": {
      if (axes.length > MOST_SOBOL_AXES) throw wrong(["vary"], `at most ${MOST_SOBOL_AXES} paths with sobol`, `${axes.length} paths`);
      return { count: points!, all: () => mapped(sobol(axes.length, points!), (at) => spreadOver(axes, at)) };
    }
  }
}

function levelsOf(axes: readonly Axis[], kind: DesignKind): (readonly ParameterValue[])[] {
  return triedEach(axes, (axis) => {
    if ("values" in axis) return axis.values;
    throw wrong(
      ["vary", axis.path],
      `values for ${kind}: a range with a step, as …+5 or …*2; or latin-hypercube or sobol`,
      "a range without a step",
    );
  });
}

function chosen(axes: readonly Axis[], levels: readonly (readonly ParameterValue[])[], at: readonly number[]): Parameters {
  return Object.fromEntries(axes.map(({ path }, axis) => [path, levels[axis]![at[axis]!]!]));
}

function spreadOver(axes: readonly Axis[], at: readonly number[]): Parameters {
  return Object.fromEntries(axes.map((axis, i) => [axis.path, valueAt(axis, at[i]!)]));
}

function* mapped<A, B>(items: Iterable<A>, of: (item: A) => B): Generator<B> {
  for (const item of items) yield of(item);
}

function wrong(path: Problem["path"], wanted: string, given?: string): Problems {
  return new Problems([{ path: ["sweep", ...path], wanted, ...(given === undefined ? {} : { given }) }]);
}
