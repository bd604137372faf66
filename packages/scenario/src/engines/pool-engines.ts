import type { Problem } from "../problems/problem.ts";
import { schemaAt, valueAt } from "../schema/language/structure.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import type { Findings } from "./findings.ts";
import type { Engine } from "./flag.ts";
import { withoutLeftOut } from "./left-out.ts";
import { ENGINES } from "./registry.ts";
import { degreesOf, type Setting, type StatedFlags, settingsOf, statedLayout } from "./settings.ts";
import { surroundingsOf } from "./settings-for.ts";
import { readFlags } from "./stated-flags.ts";
import { NAME } from "./unasked.ts";
import { bounded, isUseful } from "./useful.ts";
import { type Version, versionOf } from "./version.ts";

/** Marker for a value that the engine of a pool leaves unset, and that of the whole does not. */
export const UNSET = "unset";

type Map = Readonly<Record<string, unknown>>;

/** A pool's engine as written: its own, completed by that of the scenario. */
interface PoolEngine {
  readonly engine: Engine;
  readonly version: Version;
  readonly stated: StatedFlags;
  /** Flags of the pool itself. */
  readonly own: StatedFlags;
}

/**
 * The plain `tree` of a scenario with the settings of each pool's engine that differ from the whole, under `pools.N.engine.values`: of its
 * own engine, or of the scenario's with the memory and the degrees of the pool. `free` is the tree before engines set anything: its values
 * win.
 */
export function withPoolEngines(tree: unknown, free: unknown, found: Findings): unknown {
  const pools = valueAt(tree, ["pools"]);
  if (!Array.isArray(pools) || pools.length !== 2) return tree;
  const laid = pools.map((pool: unknown, at) => {
    if (typeof pool !== "object" || pool === null || valueAt(pool, ["engine", "values"]) !== undefined) return pool;
    const spec = engineOfPool(tree, pool, at, found);
    return spec === undefined ? pool : { ...pool, ...setIn(tree, free, at, pool as Map, spec, found) };
  });
  return { ...(tree as object), pools: laid };
}

function engineOfPool(tree: unknown, pool: object, at: number, found: Findings): PoolEngine | undefined {
  const own = valueAt(pool, ["engine"]);
  const whole = valueAt(tree, ["engine", "name"]);
  const name = valueAt(own, ["name"]) ?? whole;
  if (typeof name !== "string" || !Object.hasOwn(ENGINES, name)) {
    if (name === "ideal" && whole !== undefined && whole !== "ideal")
      found.problems.push({
        path: ["pools", at, "engine"],
        given: "ideal beside an engine",
        wanted: "an engine, or ideal for the scenario",
      });
    return undefined;
  }
  const engine = ENGINES[name as Engine["name"]];
  const text = valueAt(own, ["version"]) ?? (name === whole ? valueAt(tree, ["engine", "version"]) : undefined) ?? engine.versions.assumed;
  const version = versionOf(String(text));
  if (version === undefined) {
    const wanted = `a version of ${engine.title}, such as "${engine.versions.assumed}"`;
    found.problems.push({ path: ["pools", at, "engine", "version"], given: String(text), wanted });
    return undefined;
  }
  const inPool: Findings = { problems: [], assumed: [] };
  const ownFlags = readFlags(engine, version, valueAt(own, ["flags"]), inPool, tree);
  found.problems.push(...inPool.problems.map((each) => ({ ...each, path: ["pools", at, ...each.path] })));
  found.assumed.push(...inPool.assumed.map((each) => (typeof each === "string" ? each : { ...each, path: `pools.${at}.${each.path}` })));
  const shared = name === whole ? readFlags(engine, version, valueAt(tree, ["engine", "flags"]), { problems: [], assumed: [] }) : [];
  return { engine, version, stated: new Map([...shared, ...ownFlags]), own: ownFlags };
}

/** The engine of pool `at` with its settings, and the degrees of its own flags. */
function setIn(tree: unknown, free: unknown, at: number, pool: Map, spec: PoolEngine, found: Findings): object {
  const { engine, version, stated, own } = spec;
  const around = surroundingsOf(tree, { gpu: "", model: "" }, version, at);
  const layout = statedLayout(engine, own, around.model.experts);
  const degrees = layout === undefined ? {} : degreesOf(layout, around.model.experts);
  found.problems.push(...contradictions(pool, degrees, at));
  const settings = settingsOf(engine, stated, layout === undefined ? around : { ...around, layout });
  const useful = settings.filter((each) => !each.path.startsWith("parallelism.") && isUseful(free, each));
  const settled = bounded(free, withoutLeftOut(useful, free));
  const differing = differences(tree, pool, settled);
  const parallelism = layout === undefined || pool["parallelism"] !== undefined ? {} : { parallelism: degreeTree(degrees) };
  const written = pool["engine"] as object | undefined;
  if (written === undefined && differing.length === 0) return parallelism;
  const why = written === undefined ? { [NAME]: "that of the scenario, by what the pool has" } : {};
  const set = Object.fromEntries(differing.map(({ path, from }) => [path, from]));
  const values = Object.fromEntries(differing.map(({ path, value }) => [path, value ?? UNSET]));
  return { ...parallelism, engine: { ...written, name: engine.name, version: version.text, set: { ...why, ...set }, values } };
}

/** Settings of a pool that are others than those of the whole, and those of the whole that the pool's engine does not set. */
function differences(tree: unknown, pool: Map, settings: readonly Setting[]): readonly Pick<Setting, "path" | "value" | "from">[] {
  const whole = Object.keys((valueAt(tree, ["engine", "set"]) ?? {}) as object).filter((path) => path !== NAME);
  const known = new Set(settings.map(({ path }) => path));
  const dropped = whole.flatMap((path) =>
    known.has(path) || path.startsWith("parallelism.") ? [] : [{ path, value: undefined, from: "not set by the pool's engine" }],
  );
  const others = settings.filter(({ path, value }) => {
    const keys = path.split(".");
    const isOfGpu = pool["gpu"] !== undefined && keys[1] === "gpu";
    const now = isOfGpu ? valueAt(pool, keys.slice(1)) : valueAt(tree, keys);
    return now === undefined || checkedText(keys, value, tree) !== checkedText(keys, now, tree);
  });
  return [...others, ...dropped].filter(({ path }) => schemaAt(scenarioSchema, path.split("."), tree) !== undefined);
}

/** Text of a value as the schema parses it, for comparisons. */
function checkedText(keys: readonly string[], value: unknown, tree: unknown): string {
  const result = schemaAt(scenarioSchema, keys, tree)?.safeParse(value);
  return JSON.stringify(result?.success === true ? result.data : value) ?? "";
}

/** Degrees that the flags of a pool state otherwise than the pool. */
function contradictions(pool: Map, degrees: Map, at: number): Problem[] {
  return Object.entries(degrees).flatMap(([path, value]) => {
    const keys = path.split(".");
    const stated = valueAt(pool, keys);
    if (path === "parallelism.data" || stated === undefined || stated === value) return [];
    const given = `${String(stated)} beside flags of the engine that make it ${String(value)}`;
    return [{ path: ["pools", at, ...keys], given, wanted: `${String(value)}, or no degrees among the flags` }];
  });
}

function degreeTree(degrees: Map): object {
  const at = (key: string) => degrees[`parallelism.${key}`];
  const of = (under: string, keys: readonly string[]) =>
    Object.fromEntries(keys.flatMap((key) => (at(`${under}${key}`) === undefined ? [] : [[key, at(`${under}${key}`)]])));
  const attention = of("attention.", ["tensor", "data"]);
  return { ...of("", ["expert", "tensor", "pipeline"]), ...(Object.keys(attention).length === 0 ? {} : { attention }) };
}

/** `pools` without the settings of their engines, so that they are recomputed. */
export function poolsAsWritten(pools: readonly unknown[]): readonly unknown[] {
  return pools.map((pool) => {
    const { engine, ...rest } = pool as { readonly engine?: { readonly set?: Map; readonly values?: Map } };
    const { set, values: _, ...spec } = engine ?? {};
    return engine === undefined || set?.[NAME] !== undefined ? rest : { ...rest, engine: spec };
  });
}
