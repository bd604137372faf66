import { isLate } from "../schema/language/late.ts";
import { schemaAt, valueAt } from "../schema/language/structure.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import { poolsAsWritten } from "./pool-engines.ts";
import { NAME } from "./unasked.ts";

type Tree = Readonly<Record<string, unknown>>;

/**
 * The resolved `tree` without its engine's settings, so that they are recomputed; a map whose kind the engine set, or of which only
 * defaults remain, is removed as a whole. The record that its engine is not stated stays.
 */
export function withoutEngine(tree: object): object {
  const set = valueAt(tree, ["engine", "set"]);
  const pools = valueAt(tree, ["pools"]);
  if (Array.isArray(pools)) return { ...withoutWhole(tree, set), pools: poolsAsWritten(pools) };
  return withoutWhole(tree, set);
}

/** Removes what was `set` for the whole scenario. */
function withoutWhole(tree: object, set: unknown): object {
  if (typeof set !== "object" || set === null) return tree;
  const paths = Object.keys(set).map((path) => path.replace(/\.kind$/, "").split("."));
  const bare = [...paths, ["engine", "set"]].reduce<Tree>(without, tree as Tree);
  const maps = paths.map((keys) => keys.slice(0, -1));
  const rest = maps.filter((keys) => isOfDefaults(bare, keys)).reduce(without, bare);
  const why = valueAt(set, [NAME]);
  return why === undefined ? rest : { ...rest, engine: { ...(rest["engine"] as object), set: { [NAME]: why } } };
}

/** Whether the map at `keys` may be left out, and has nothing but defaults. */
function isOfDefaults(tree: Tree, keys: readonly string[]): boolean {
  const [schema, map] = [schemaAt(scenarioSchema, keys, tree), valueAt(tree, keys)];
  if (schema === undefined || !isLate(schema) || map === undefined) return false;
  const [given, empty] = [schema.safeParse(map), schema.safeParse({})];
  return given.success && empty.success && JSON.stringify(given.data) === JSON.stringify(empty.data);
}

function without(tree: Tree, [key = "", ...rest]: readonly string[]): Tree {
  if (!Object.hasOwn(tree, key)) return tree;
  const { [key]: inner, ...others } = tree;
  if (rest.length === 0) return others;
  return typeof inner === "object" && inner !== null && !Array.isArray(inner) ? { ...tree, [key]: without(inner as Tree, rest) } : tree;
}
