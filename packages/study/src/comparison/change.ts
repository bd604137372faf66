import { resolvedOf, type Scenario } from "@tokenyard/scenario";

/** One place where a plan differs from another, which can be changed by itself. */
export interface Change {
  /** Keys joined by dots. */
  readonly path: string;
  /** Value in scenario A, as a scenario writes it; undefined: none. */
  readonly a: unknown;
  readonly b: unknown;
}

/** Keys that are not inputs of a run, such as an engine's flags, whose values are at the paths that they set, and the seed, which is that of `a` for both. */
const NO_INPUT: ReadonlySet<string> = new Set([
  "tokenyard",
  "name",
  "about",
  "seed",
  "assumed",
  "claims",
  "precision",
  "sweep",
  "optimize",
  "targets",
  "engine",
]);
/** Most changes that are tried one by one; of more, those within one section are one change. */
const MOST = 12;

/** The changes from `a` to `b`, in the order of the format: single values, whole choices of another kind, whole lists. */
export function changesBetween(a: Scenario, b: Scenario): Change[] {
  const trees = [resolvedOf(a), resolvedOf(b)] as const;
  const single = differing(...trees, []).filter(({ path }) => !NO_INPUT.has(path.split(".")[0]!));
  if (single.length <= MOST) return single;
  const sections = [...new Set(single.map(({ path }) => path.split(".")[0]!))];
  return sections.map((path) => ({ path, a: valueAt(trees[0], [path]), b: valueAt(trees[1], [path]) }));
}

function differing(a: unknown, b: unknown, path: readonly string[]): Change[] {
  if (isMap(a) && isMap(b) && a["kind"] === b["kind"])
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differing(a[key], b[key], [...path, key]));
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path: path.join("."), a, b }];
}

/** The resolved tree of `scenario` with the values of b at `changes`. */
export function changedTree(scenario: Scenario, changes: readonly Change[]): object {
  const tree = JSON.parse(JSON.stringify(resolvedOf(scenario))) as Record<string, unknown>;
  for (const { path, b } of changes) {
    const keys = path.split(".");
    let at = tree;
    for (const key of keys.slice(0, -1)) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
    if (b === undefined) delete at[keys.at(-1)!];
    else at[keys.at(-1)!] = b;
  }
  return tree;
}

function valueAt(tree: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), tree);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
