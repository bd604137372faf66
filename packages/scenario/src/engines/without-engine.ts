import { valueAt } from "../schema/language/structure.ts";

type Tree = Readonly<Record<string, unknown>>;

/** The resolved `tree` less what its engine set, so that it is worked out again; a map whose kind it set goes as a whole. */
export function withoutEngine(tree: object): object {
  const set = valueAt(tree, ["engine", "set"]);
  if (typeof set !== "object" || set === null) return tree;
  const paths = Object.keys(set).map((path) => path.replace(/\.kind$/, ""));
  return [...paths, "engine.set"].reduce((rest, path) => without(rest, path.split(".")), tree as Tree);
}

function without(tree: Tree, [key = "", ...rest]: readonly string[]): Tree {
  if (!Object.hasOwn(tree, key)) return tree;
  const { [key]: inner, ...others } = tree;
  if (rest.length === 0) return others;
  return typeof inner === "object" && inner !== null && !Array.isArray(inner) ? { ...tree, [key]: without(inner as Tree, rest) } : tree;
}
