import { normal, Streams } from "@tokenyard/random";
import type { LogSpread } from "./log-spread.ts";
import { TO_90 } from "./log-spread.ts";
import { type Related, relationOf } from "./relation.ts";
import { type Measured, RELATIONS, type Relation, type ResidualTable } from "./residual.ts";
import { RESIDUAL_TABLE } from "./residual-table.ts";

/** Number of real servers drawn for each plan: a share of them is known to within 1 %. */
export const DRAWS = 4096;

/** Errors of plans on `DRAWS` drawn servers, as standard normal numbers: TPOT and E2E of a plan err as one, TTFT by itself. */
export interface DrawnErrors {
  /** [draws] of the plan at `plan`, from its median. Do not write to it. */
  of(plan: number, measured: Measured): Float64Array;
}

/**
 * Draws the errors of plans at `places` together: two plans share the more of their errors, by `apart`, the more alike they are. The same
 * places give the same draws. Source: docs/models/model-error.md#two-plans.
 */
export function drawnErrors(places: readonly Related[], apart: ResidualTable["apart"] = RESIDUAL_TABLE.apart): DrawnErrors {
  const families = familiesOf(places);
  const drawn = new Map<string, Float64Array>();
  return {
    of: (plan, measured) => {
      const source = measured === "e2eSeconds" ? "tpotSeconds" : measured;
      const key = `${plan} ${source}`;
      const known = drawn.get(key);
      if (known !== undefined) return known;
      const made = summed(families[plan]!, stepsOf(apart, source), source);
      drawn.set(key, made);
      return made;
    },
  };
}

/** [draws] Standard normal numbers that have nothing in common with errors of plans. Do not write to it. */
export function drawnNoise(): Float64Array {
  return normals("noise");
}

/** Deviation of a spread at a standard normal number: the logarithm of measured over simulated. */
export function deviationAt({ median, below, above }: LogSpread, z: number): number {
  return median + (z * (z < 0 ? below : above)) / TO_90;
}

/** The first of the plans that a plan shares a part of its error with, for each part from the widest to its own. */
type Family = readonly number[];

/** Plans that differ in no more than `relation` from the first of a family belong to it; the last is the plan itself. */
function familiesOf(places: readonly Related[]): Family[] {
  const firsts: readonly { readonly relation: Relation; readonly plans: number[] }[] = RELATIONS.map((relation) => ({
    relation,
    plans: [],
  }));
  return places.map((place, plan) => {
    const shared = firsts.toReversed().map(({ relation, plans }) => {
      const first = plans.find((each) => isWithin(relationOf(places[each]!, place), relation));
      if (first === undefined) plans.push(plan);
      return first ?? plan;
    });
    return [...shared, plan];
  });
}

function isWithin(found: Relation | undefined, relation: Relation): boolean {
  return found !== undefined && RELATIONS.indexOf(found) <= RELATIONS.indexOf(relation);
}

/** Shares of the variance: of all plans of a model, of those on one GPU, of one engine, of one layout, and a plan's own. */
function stepsOf(apart: ResidualTable["apart"], measured: Measured): number[] {
  let most = 0;
  const rising = RELATIONS.map((relation) => {
    most = Math.max(most, Math.min(1, apart[relation][measured] * apart[relation][measured]));
    return most;
  });
  const [load, layout, engine, gpu] = rising as [number, number, number, number];
  return [1 - gpu, gpu - engine, engine - layout, layout - load, load];
}

function summed(family: Family, steps: readonly number[], measured: Measured): Float64Array {
  const sum = new Float64Array(DRAWS);
  for (const [part, first] of family.entries()) {
    const share = Math.sqrt(steps[part]!);
    if (share === 0) continue;
    const own = normals(`model-error/${measured}/${part}/${first}`);
    for (let draw = 0; draw < DRAWS; draw++) sum[draw]! += share * own[draw]!;
  }
  return sum;
}

const SEED = 1;
const KNOWN = new Map<string, Float64Array>();
const MOST_KNOWN = 256;

/** Normal draws of a name, cached as several studies request them. */
function normals(name: string): Float64Array {
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  const stream = new Streams(SEED).stream(name);
  const made = Float64Array.from({ length: DRAWS }, () => normal(stream));
  if (KNOWN.size < MOST_KNOWN) KNOWN.set(name, made);
  return made;
}
