import type { Scenario } from "@tokenyard/scenario";
import type { ParameterValue } from "../../points/point.ts";

/** Paths of the scenario that a search decides. */
export const DECIDED = [
  "parallelism.layers",
  "parallelism.pipeline",
  "parallelism.interleave",
  "parallelism.expert",
  "parallelism.tensor",
  "parallelism.attention.tensor",
  "parallelism.attention.data",
  "parallelism.data",
  "serving.scheduler.microBatches",
  "serving.overlap",
] as const;
export type Decided = (typeof DECIDED)[number];

/** Paths that a search decides for each of two pools, under `pools.0` and `pools.1`. */
export const DECIDED_OF_POOL = [
  "count",
  "parallelism.layers",
  "parallelism.pipeline",
  "parallelism.interleave",
  "parallelism.expert",
  "parallelism.tensor",
  "parallelism.attention.tensor",
  "parallelism.attention.data",
] as const;
type DecidedOfPool = (typeof DECIDED_OF_POOL)[number];
export type DecidedPath = Decided | `pools.${0 | 1}.${DecidedOfPool}`;

/** The paths that a search over plans of `scenario` decides. */
export function decidedPaths({ pools }: Pick<Scenario, "pools">): DecidedPath[] {
  if (pools === undefined) return [...DECIDED];
  return ([0, 1] as const).flatMap((at) => DECIDED_OF_POOL.map((path): DecidedPath => `pools.${at}.${path}`));
}

/** Paths to vary in place of `path`, which is none of the `decided` ones but is overwritten with them; none if it is not. */
export function instead(path: string, decided: readonly DecidedPath[]): readonly DecidedPath[] {
  if (!/^(pools\.\d\.)?parallelism(\.|$)|^serving\.overlap\.kind$/.test(path)) return [];
  return decided.filter((each) => each.startsWith(`${path}.`) || path.startsWith(`${each}.`) || each.endsWith(`.${path}`));
}

/** Values to look at, where they are fewer or others than those that a search would take. */
export type Only = Readonly<Partial<Record<DecidedPath, readonly ParameterValue[]>>>;
