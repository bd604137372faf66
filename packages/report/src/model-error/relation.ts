import { ln } from "@tokenyard/random";
import type { Place } from "./place.ts";
import type { Relation } from "./residual.ts";

/** Parts of a place that decide its relation to another. */
export type Related = Pick<Place, "engine" | "version" | "gpu" | "model" | "layout" | "promptTokens" | "outputTokens" | "users">;

/** Loads that are farther apart have errors as far apart as those of two layouts. */
const NEAR_LOAD = Math.LN2 * 1.01;
/** Lengths of one workload differ by chance up to this ratio. */
const NEAR_LENGTHS = 0.11;

/** How runs at the two places differ; undefined of two models, whose errors have nothing in common. */
export function relationOf(a: Related, b: Related): Relation | undefined {
  if (a.model !== b.model) return undefined;
  if (a.gpu !== b.gpu) return "gpu";
  if (a.engine !== b.engine || a.version !== b.version) return "engine";
  const isNear = apart(a.promptTokens, b.promptTokens) < NEAR_LENGTHS && apart(a.outputTokens, b.outputTokens) < NEAR_LENGTHS;
  return a.layout === b.layout && isNear && apart(a.users, b.users) < NEAR_LOAD ? "load" : "layout";
}

function apart(a: number, b: number): number {
  return a === b ? 0 : Math.abs(ln(a / b));
}
