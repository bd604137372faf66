import type { PresetNames } from "../presets/preset-names.ts";
import { valueAt } from "../schema/language/structure.ts";
import type { Engine } from "./flag.ts";
import { ENGINES } from "./registry.ts";

/** Key of `engine.set` which records that the scenario does not name its engine. */
export const NAME = "engine.name";
const WHY = "none is stated: the engine of the kernels' library";

/** Loads of requests that a server answers; a batch is dealt out by none. */
const SERVED: ReadonlySet<unknown> = new Set(["open", "closed", "sessions", "trace", "steady-decode"]);

/**
 * `tree`, and where it does not name its engine that of its kernels' library: for requests that a server answers, on a GPU of a preset whose kernels were
 * measured. What was resolved before names no preset, and stays as it was.
 */
export function withUnasked(tree: unknown, { gpu }: PresetNames): unknown {
  const stated = valueAt(tree, ["engine"]);
  const noted = valueAt(stated, ["set", NAME]);
  if (valueAt(stated, ["name"]) !== undefined || (gpu === "" && noted === undefined)) return tree;
  const name = SERVED.has(valueAt(tree, ["workload", "kind"])) ? kernelsEngine(tree) : undefined;
  if (name !== undefined) return { ...(tree as object), engine: { ...(stated as object | undefined), name, set: { [NAME]: WHY } } };
  if (noted === undefined) return tree;
  const { engine: _, ...others } = tree as { readonly engine?: unknown };
  return others;
}

/** Whether `tree` records its engine's settings. */
export function isWorkedOut(tree: unknown): boolean {
  const set = valueAt(tree, ["engine", "set"]);
  return set !== undefined && !(valueAt(set, [NAME]) !== undefined && Object.keys(set as object).length === 1);
}

/** The engine of the library that runs; undefined where kernels follow the roofline. */
function kernelsEngine(tree: unknown): Engine["name"] | undefined {
  const kernels = valueAt(tree, ["cluster", "kernels"]);
  const kind = typeof kernels === "string" ? kernels : valueAt(kernels, ["kind"]);
  const fits = valueAt(tree, ["cluster", "gpu", "fits"]);
  if (kind === undefined || kind === "roofline" || !Array.isArray(fits)) return undefined;
  const library = valueAt(kernels, ["library"]) ?? valueAt(fits, [0, "library"]);
  return typeof library === "string" && Object.hasOwn(ENGINES, library) ? (library as Engine["name"]) : undefined;
}
