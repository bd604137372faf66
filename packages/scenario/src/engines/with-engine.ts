import type { PresetNames } from "../presets/preset-names.ts";
import type { Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import { schemaAt, valueAt } from "../schema/language/structure.ts";
import { either } from "../schema/language/wanted.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import { withCalibratedHost } from "./calibrated-host.ts";
import { draftCosts } from "./draft-costs.ts";
import type { Findings } from "./findings.ts";
import type { Engine, Layout } from "./flag.ts";
import { withoutLeftOut } from "./left-out.ts";
import { withPoolEngines } from "./pool-engines.ts";
import { ENGINES } from "./registry.ts";
import { degreesOf, type Setting, statedLayout } from "./settings.ts";
import { settingsFor, surroundingsOf } from "./settings-for.ts";
import { readFlags } from "./stated-flags.ts";
import { isWorkedOut, withUnasked } from "./unasked.ts";
import { bounded, isUseful, lenderOf } from "./useful.ts";
import { compareVersions, type Version, versionOf } from "./version.ts";

/**
 * The plain `given` tree of a scenario with its engine's settings that it does not state, each recorded under `engine.set`: of the named
 * `engine`, or else that of its kernels. A tree with these records already stays as it is.
 */
export function withEngine(given: unknown, names: PresetNames, found: Findings): unknown {
  const tree = withUnasked(given, names);
  if (isWorkedOut(tree)) return tree;
  return withPoolEngines(withWhole(tree, names, found), tree, found);
}

/** Applies the engine to the whole scenario alone. */
function withWhole(tree: unknown, names: PresetNames, found: Findings): unknown {
  const name = valueAt(tree, ["engine", "name"]);
  const engine = typeof name === "string" && Object.hasOwn(ENGINES, name) ? ENGINES[name as Engine["name"]] : undefined;
  if (engine === undefined) return tree;
  const version = versionIn(tree, engine, found.problems);
  const stated = readFlags(engine, version, valueAt(tree, ["engine", "flags"]), found, tree);
  const around = surroundingsOf(tree, names, version);
  const layout = statedLayout(engine, stated, around.model.experts);
  if (layout !== undefined) found.problems.push(...layoutProblems(engine, layout, around.model.experts, tree));
  found.problems.push(...kernelProblems(tree, engine, names));
  const lender = lenderOf(tree, engine.name);
  if (lender !== undefined)
    found.assumed.push({ path: "engine", because: `no kernels of ${engine.name} were measured on this GPU: those of ${lender} stand in` });
  const { newest } = engine.versions;
  if (compareVersions(version, versionOf(newest)!) > 0)
    // its flags were not read
    found.assumed.push({ path: "engine.version", because: `known up to ${newest}: its flags and defaults stand for ${version.text}` });
  const settings = withCalibratedHost(settingsFor(engine, stated, tree, names, version), tree, engine.name, version, names);
  found.assumed.push(...draftCosts(engine, stated, settings, tree, found.assumed));
  return laid(
    tree,
    { ...engineOf(tree), version: version.text },
    bounded(
      tree,
      withoutLeftOut(
        settings.filter((setting) => isUseful(tree, setting)),
        tree,
      ),
    ),
  );
}

function engineOf(tree: unknown): object {
  return valueAt(tree, ["engine"]) as object;
}

function versionIn(tree: unknown, { versions, title }: Engine, problems: Problem[]): Version {
  const given = valueAt(tree, ["engine", "version"]);
  const assumed = versionOf(versions.assumed)!;
  if (given === undefined) return assumed;
  const version = typeof given === "string" ? versionOf(given) : undefined;
  const isKnown = version !== undefined && compareVersions(version, versionOf(versions.oldest)!) >= 0;
  if (!isKnown) {
    const wanted = `a version of ${title} from ${versions.oldest} on, such as "${versions.assumed}"`;
    problems.push({ path: ["engine", "version"], given: shorten(given), wanted });
  }
  return isKnown ? version : assumed;
}

/** Degrees that do not fit together, or that contradict those that the scenario states. */
function layoutProblems({ name }: Engine, layout: Layout, experts: boolean, tree: unknown): Problem[] {
  const { attention, expert, tensor, pipeline } = layout;
  const isWhole = [attention.tensor, attention.data, expert, tensor, pipeline].every((degree) => Number.isInteger(degree) && degree >= 1);
  if (!isWhole || (experts && expert * tensor !== attention.tensor * attention.data)) {
    const given = `${attention.tensor * attention.data} ranks with ${attention.data} data groups and experts over ${expert} × ${tensor}`;
    return [
      {
        path: ["engine", "flags"],
        given: `degrees of ${name} that do not fit together: ${given}`,
        wanted: "degrees that divide the number of tensor ranks",
      },
    ];
  }
  const others = Object.entries(degreesOf(layout, experts)).flatMap(([path, value]) => {
    const stated = valueAt(tree, path.split("."));
    return stated === undefined || stated === value ? [] : [{ path, value, stated }];
  });
  return others.map(({ path, value, stated }) => ({
    path: path.split("."),
    given: `${shorten(stated)} beside flags of the engine that make it ${String(value)}`,
    wanted: `${String(value)}, or no degrees among the flags`,
  }));
}

function kernelProblems(tree: unknown, { name, title }: Engine, { gpu }: PresetNames): Problem[] {
  if (name === "trtllm" && gpu.startsWith("mi")) {
    return [{ path: ["engine"], given: `${title} on ${gpu}`, wanted: "vllm or sglang there, or a GPU of NVIDIA" }];
  }
  const named = valueAt(tree, ["cluster", "gpu"]);
  if (valueAt(tree, ["cluster", "kernels"]) !== undefined || named === undefined) return [];
  if (gpu === "" && typeof named === "string") return []; // no preset: that is the problem
  const wanted = "`cluster.kernels: roofline`, to compute by the datasheet, or a GPU with measured kernels, such as h100-sxm or b200";
  return [{ path: ["engine"], given: `${title} on a GPU without measured kernels${gpu === "" ? "" : ` (${gpu})`}`, wanted }];
}

/** `tree` with `settings` at their paths, where its schema has them, and with why under `engine`. */
function laid(tree: unknown, engine: object, settings: readonly Setting[]): unknown {
  const whole = structuredCloneOf(tree) as Record<string, unknown>;
  const set: Record<string, string> = { ...(valueAt(tree, ["engine", "set"]) as Readonly<Record<string, string>> | undefined) };
  for (const { path, value, from } of settings) {
    const keys = path.split(".");
    widenKernels(whole, keys);
    if (schemaAt(scenarioSchema, keys, whole) === undefined || !put(whole, keys, value)) continue;
    set[path] = from;
  }
  whole["engine"] = { ...engine, set };
  return whole;
}

/** A preset's kernels may be a bare word yet. */
function widenKernels(tree: Record<string, unknown>, keys: readonly string[]): void {
  if (keys[0] !== "cluster" || keys[1] !== "kernels") return;
  const cluster = tree["cluster"] as Record<string, unknown>;
  if (typeof cluster["kernels"] === "string") cluster["kernels"] = { kind: cluster["kernels"] };
}

/** Puts `value` at `keys`; false where something else than a map is on the way. */
function put(tree: Record<string, unknown>, keys: readonly string[], value: unknown): boolean {
  let map = tree;
  for (const key of keys.slice(0, -1)) {
    map[key] ??= {};
    const next = map[key];
    if (typeof next !== "object" || next === null || Array.isArray(next)) return false;
    map = next as Record<string, unknown>;
  }
  map[keys.at(-1)!] = value;
  return true;
}

/** A copy of the maps of `tree` that may be changed; lists and values are shared. */
function structuredCloneOf(tree: unknown): unknown {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, structuredCloneOf(value)]));
}

/** The names of engines, as a phrase. */
export const ENGINE_NAMES = either([...Object.keys(ENGINES), "ideal"]);
